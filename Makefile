# Two commands: make run, make test. Everything else is a part of these.
SHELL := /bin/sh
PYTHON := $(shell command -v python3 || command -v python)
MAIN := .venv/main/bin
RASA := .venv/rasa/bin
.DEFAULT_GOAL := help
.PHONY: help run setup test check lint types web-test rasa-test pytest format lock

help: ## 显示可用的命令
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

setup: ## 安装运行环境、构建网页（无变化时什么也不做）
	@if [ -z "$(PYTHON)" ]; then echo "setup: 找不到 python3，请先安装 Python 3.11 或更高版本。" >&2; exit 1; fi
	@"$(PYTHON)" scripts/setup.py

run: setup ## 启动全部服务
	@exec ./tingxin up

test: ## 全部检查：风格、类型、单元、集成、Rasa 数据与对话、浏览器
	@if [ -z "$(PYTHON)" ]; then echo "setup: 找不到 python3，请先安装 Python 3.11 或更高版本。" >&2; exit 1; fi
	@"$(PYTHON)" scripts/setup.py --test
	@$(MAKE) --no-print-directory lint types web-test rasa-test pytest

lint: ## 代码风格
	@echo "▸ 代码风格" && $(MAIN)/ruff check . && $(MAIN)/ruff format --check .

types: ## 类型
	@echo "▸ 类型" && $(MAIN)/mypy

web-test: ## 网页的类型与单元测试
	@echo "▸ 网页" && cd web && npm run --silent typecheck && npm run --silent test

rasa-test: ## Rasa 数据校验、组件测试与对话测试
	@sh scripts/rasa-test.sh

pytest: ## 单元、集成与浏览器测试
	@echo "▸ 测试" && $(MAIN)/python -m pytest

format: ## 整理代码格式
	@$(MAIN)/ruff check --fix . && $(MAIN)/ruff format .

lock: ## 重新生成锁定文件：make lock PY310=… PY311=…
	@sh scripts/lock.sh $(PY310) $(PY311)
