#!/bin/sh
# Rasa's own checks, in Rasa's environment: components, data validation, conversation tests.
set -eu
cd "$(dirname "$0")/.."
export RASA_TELEMETRY_ENABLED=false SQLALCHEMY_SILENCE_UBER_WARNING=1 TF_CPP_MIN_LOG_LEVEL=3 PYTHONPATH="$PWD"
# A data folder of its own: the tests never touch the product's.
export TINGXIN_DATA_DIR="$PWD/var/test/data"
export TINGXIN_INDEX_DIR="$TINGXIN_DATA_DIR/index"
out=var/test/rasa
mkdir -p "$out"
echo "▸ Rasa 组件测试"
.venv/rasa/bin/python -m pytest -q -c tests/rasa_components/pytest.ini tests/rasa_components
echo "▸ Rasa 数据校验"
.venv/rasa/bin/python -W ignore -m rasa data validate --domain domain.yml --data data/nlu data/stories --fail-on-warnings > "$out/validate.log" 2>&1 || {
  grep -E "WARNING|ERROR|Warning|Error" "$out/validate.log" | head -20 >&2
  echo "rasa: 训练数据没有通过校验，全部输出见 $out/validate.log" >&2
  exit 1
}
echo "▸ Rasa 对话测试"
./tingxin knowledge import
./tingxin train
model=$(ls -t models/rasa/*.tar.gz | head -n 1)
.venv/rasa/bin/python -W ignore -m rasa test core --model "$model" --stories tests/conversations --out "$out" --fail-on-prediction-errors > "$out/core.log" 2>&1 || {
  tail -n 20 "$out/core.log" >&2
  echo "rasa: 对话测试未通过，全部输出见 $out/core.log 与 $out/failed_test_stories.yml" >&2
  exit 1
}
grep -hE "Correct:|Accuracy:" "$out/core.log" | head -4 || true
