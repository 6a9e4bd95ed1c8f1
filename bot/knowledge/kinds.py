"""Product types, risk levels, statuses and currencies: values, Chinese labels, and which types carry risk."""

from __future__ import annotations

from enum import Enum


class ProductType(str, Enum):
    """Kinds of product. The value stands in the database and in Rasa's entities; :attr:`label` is what people read."""

    DEMAND_DEPOSIT = "demand_deposit"
    TIME_DEPOSIT = "time_deposit"
    LARGE_CD = "large_cd"
    NOTICE_DEPOSIT = "notice_deposit"
    STRUCTURED_DEPOSIT = "structured_deposit"
    TREASURY_BOND = "treasury_bond"
    WEALTH = "wealth"
    FUND = "fund"
    INSURANCE = "insurance"
    PRECIOUS_METAL = "precious_metal"
    FOREX = "forex"
    LOAN = "loan"
    CREDIT_CARD = "credit_card"
    DEBIT_CARD = "debit_card"

    @property
    def label(self) -> str:
        return _TYPE_LABELS[self]


_TYPE_LABELS = {
    ProductType.DEMAND_DEPOSIT: "活期存款",
    ProductType.TIME_DEPOSIT: "定期存款",
    ProductType.LARGE_CD: "大额存单",
    ProductType.NOTICE_DEPOSIT: "通知存款",
    ProductType.STRUCTURED_DEPOSIT: "结构性存款",
    ProductType.TREASURY_BOND: "国债",
    ProductType.WEALTH: "理财",
    ProductType.FUND: "基金",
    ProductType.INSURANCE: "保险",
    ProductType.PRECIOUS_METAL: "贵金属",
    ProductType.FOREX: "外汇",
    ProductType.LOAN: "贷款",
    ProductType.CREDIT_CARD: "信用卡",
    ProductType.DEBIT_CARD: "借记卡",
}

# What customers call each type. The gazetteer carries them to the language understanding; product names and aliases
# may not equal one of them, or every mention of the type would read as a mention of that product.
TYPE_SYNONYMS: dict[ProductType, tuple[str, ...]] = {
    ProductType.DEMAND_DEPOSIT: ("活期", "活期存款", "活期储蓄", "活期利息", "活期账户"),
    ProductType.TIME_DEPOSIT: ("定期", "定期存款", "定期储蓄", "定存", "整存整取", "存定期", "死期", "零存整取"),
    ProductType.LARGE_CD: ("大额存单", "大额存款", "大额定期", "存单"),
    ProductType.NOTICE_DEPOSIT: ("通知存款", "七天通知", "7天通知", "一天通知", "1天通知", "七天通知存款"),
    ProductType.STRUCTURED_DEPOSIT: ("结构性存款", "结构存款", "结构性"),
    ProductType.TREASURY_BOND: ("国债", "储蓄国债", "电子式国债", "凭证式国债", "国库券"),
    ProductType.WEALTH: ("理财", "理财产品", "银行理财", "理财类", "净值型理财", "活期理财", "定开理财", "投资理财"),
    ProductType.FUND: (
        "基金",
        "公募基金",
        "货币基金",
        "债券基金",
        "债基",
        "股票基金",
        "指数基金",
        "混合基金",
        "基金定投",
    ),
    ProductType.INSURANCE: ("保险", "年金险", "分红险", "意外险", "寿险", "重疾险", "保险产品", "投连险"),
    ProductType.PRECIOUS_METAL: ("贵金属", "黄金", "积存金", "金条", "白银", "纸黄金", "买金"),
    ProductType.FOREX: ("外汇", "外币", "外汇买卖", "结汇", "购汇", "结售汇", "换汇", "换外币"),
    ProductType.LOAN: ("贷款", "消费贷", "房贷", "按揭", "住房贷款", "信用贷", "经营贷", "车贷", "公积金贷款", "借款"),
    ProductType.CREDIT_CARD: ("信用卡", "贷记卡"),
    ProductType.DEBIT_CARD: ("借记卡", "储蓄卡", "银行卡", "一类卡", "二类卡"),
}

# Every product of these types needs a risk level and a disclosure in force.
ALWAYS_RISK = frozenset(
    {ProductType.WEALTH, ProductType.FUND, ProductType.STRUCTURED_DEPOSIT, ProductType.PRECIOUS_METAL}
)
# These may be with or without investment: a risk level says that they are, and then a disclosure is needed.
MAY_CARRY_RISK = frozenset({ProductType.INSURANCE, ProductType.FOREX})


class RiskLevel(str, Enum):
    """Product risk, R1 (lowest) to R5 (highest)."""

    R1 = "R1"
    R2 = "R2"
    R3 = "R3"
    R4 = "R4"
    R5 = "R5"

    @property
    def label(self) -> str:
        return _RISK_LABELS[self]


_RISK_LABELS = {
    RiskLevel.R1: "低风险",
    RiskLevel.R2: "中低风险",
    RiskLevel.R3: "中风险",
    RiskLevel.R4: "中高风险",
    RiskLevel.R5: "高风险",
}

RISK_SYNONYMS: dict[RiskLevel, tuple[str, ...]] = {
    RiskLevel.R1: ("R1", "R1级", "低风险", "风险低", "风险最低", "风险小", "谨慎型", "保守型"),
    RiskLevel.R2: ("R2", "R2级", "中低风险", "较低风险", "稳健型", "稳健"),
    RiskLevel.R3: ("R3", "R3级", "中风险", "中等风险", "风险适中", "平衡型"),
    RiskLevel.R4: ("R4", "R4级", "中高风险", "较高风险", "成长型"),
    RiskLevel.R5: ("R5", "R5级", "高风险", "风险高", "风险最高", "进取型", "激进型"),
}


class SaleStatus(str, Enum):
    """Whether a product can be bought."""

    ON_SALE = "on_sale"
    UPCOMING = "upcoming"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {"on_sale": "在售", "upcoming": "待售", "withdrawn": "已停售"}[self.value]


CURRENCY_SYNONYMS: dict[str, tuple[str, ...]] = {
    "CNY": ("人民币", "CNY", "RMB"),
    "USD": ("美元", "美金", "USD", "美刀"),
    "EUR": ("欧元", "EUR"),
    "HKD": ("港币", "港元", "HKD"),
    "GBP": ("英镑", "GBP"),
    "JPY": ("日元", "日圆", "日币", "JPY"),
    "AUD": ("澳元", "AUD"),
}
CURRENCY_LABELS = {code: names[0] for code, names in CURRENCY_SYNONYMS.items()}
