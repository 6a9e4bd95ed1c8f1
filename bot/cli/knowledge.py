"""``tingxin knowledge``: check and import products, disclosures and FAQ; look into the catalogue."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from bot.knowledge.sources import MAX_SHOWN, listed

app = typer.Typer(no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="以 JSON 输出")]


@app.command("check", help="检查知识文件，不导入。")
def check(as_json: Json = False) -> None:
    from bot.errors import KnowledgeError
    from bot.knowledge.importing import check_knowledge, index_problem
    from bot.settings import load_settings

    settings = load_settings()
    try:
        knowledge = check_knowledge(settings)
    except KnowledgeError as error:
        if not as_json:
            raise
        print(json.dumps(error.to_json(), ensure_ascii=False))
        raise typer.Exit(1) from None
    index = index_problem(settings)
    counts = {
        "products": len(knowledge.products),
        "disclosures": len(knowledge.disclosures),
        "faqs": len(knowledge.faqs),
    }
    if as_json:
        warnings = [warning.to_json() for warning in knowledge.warnings[:MAX_SHOWN]]
        print(json.dumps({**counts, "warnings": warnings, "index_problem": index}, ensure_ascii=False))
        return
    print("知识文件没有错误：{products} 款产品、{disclosures} 份风险揭示书、{faqs} 条问答。".format(**counts))
    if knowledge.warnings:
        print(f"提醒（{len(knowledge.warnings)} 处）：\n{listed(knowledge.warnings)}")
    if index:
        print(f"提醒：{index}")


@app.command("import", help="检查并导入知识文件，更新索引；有任何错误时不导入任何内容。")
def import_(
    force: Annotated[bool, typer.Option("--force", help="没有变化也重新导入")] = False,
    as_json: Json = False,
) -> None:
    from bot.errors import KnowledgeError
    from bot.knowledge.importing import import_knowledge
    from bot.settings import load_settings
    from bot.storage.migrate import upgrade

    settings = load_settings()
    try:
        upgrade(settings)
        report = import_knowledge(settings, on_progress=None if as_json else print, force=force)
    except KnowledgeError as error:
        if not as_json:
            raise
        print(json.dumps(error.to_json(), ensure_ascii=False))
        raise typer.Exit(1) from None
    if as_json:
        print(
            json.dumps(
                {
                    "imported": report.imported,
                    "sha256": report.sha256,
                    "counts": report.counts,
                    "seconds": round(report.seconds, 2),
                    "warnings": [warning.to_json() for warning in report.warnings[:MAX_SHOWN]],
                },
                ensure_ascii=False,
            )
        )
    else:
        print(report)


@app.command("products", help="列出已导入的产品。")
def products(
    kind: Annotated[str, typer.Option("--type", help="产品类型，如 理财、定期存款")] = "", as_json: Json = False
) -> None:
    from bot.errors import InputError
    from bot.knowledge.catalogue import Catalogue
    from bot.knowledge.kinds import ProductType
    from bot.settings import load_settings
    from bot.storage.engine import make_engine
    from bot.storage.migrate import upgrade

    wanted = next((member for member in ProductType if kind in (member.value, member.label)), None)
    if kind and wanted is None:
        raise InputError(f"没有“{kind}”这个产品类型，可选：{'、'.join(member.label for member in ProductType)}。")
    settings = load_settings()
    upgrade(settings)
    for item in Catalogue(make_engine(settings.db_url_sync)).search(type=wanted):
        card = {**item.card(), "disclosure": item.disclosure and f"{item.disclosure.id} {item.disclosure.version}"}
        if as_json:
            print(json.dumps(card, ensure_ascii=False))
        else:
            level = f" {card['risk_level']}" if card["risk_level"] else ""
            kind = f"{card['type_label']}{level} {card['status_label']}"
            print(f"{card['code']}  {card['name']}  [{kind}]  {card['rate_text']}")
