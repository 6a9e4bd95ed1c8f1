"""Product types, cards, channels, risk levels, statuses, currencies: values, labels, what customers call them."""

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


class CardType(str, Enum):
    """Kinds of card and account medium, as the entity ``card_type`` carries them."""

    DEBIT = "debit"
    CREDIT = "credit"
    CLASS_1 = "class_1"  # Ⅰ、Ⅱ、Ⅲ类户: what an account may do, by rules of the central bank
    CLASS_2 = "class_2"
    CLASS_3 = "class_3"
    SOCIAL_SECURITY = "social_security"
    PASSBOOK = "passbook"
    SUPPLEMENTARY = "supplementary"
    STANDARD = "standard"
    GOLD = "gold"
    PLATINUM = "platinum"
    DIAMOND = "diamond"
    CO_BRANDED = "co_branded"
    OFFICIAL = "official"


def _account_class(roman: str, figure: str, chinese: str) -> tuple[str, ...]:
    return tuple(f"{sign}类{noun}" for sign in (roman, figure, chinese) for noun in ("卡", "户", "账户"))


# A word that also stands in TYPE_SYNONYMS (信用卡) is found as both.
CARD_SYNONYMS: dict[CardType, tuple[str, ...]] = {
    CardType.DEBIT: ("借记卡", "储蓄卡"),
    CardType.CREDIT: ("信用卡", "贷记卡"),
    CardType.CLASS_1: _account_class("I", "1", "一"),
    CardType.CLASS_2: _account_class("II", "2", "二"),
    CardType.CLASS_3: _account_class("III", "3", "三"),
    CardType.SOCIAL_SECURITY: ("社保卡", "社会保障卡", "医保卡"),
    CardType.PASSBOOK: ("存折",),
    CardType.SUPPLEMENTARY: ("附属卡", "副卡"),
    CardType.STANDARD: ("普卡",),
    CardType.GOLD: ("金卡",),
    CardType.PLATINUM: ("白金卡",),
    CardType.DIAMOND: ("钻石卡", "钻卡"),
    CardType.CO_BRANDED: ("联名卡",),
    CardType.OFFICIAL: ("公务卡",),
}


class Channel(str, Enum):
    """Where customers do their banking, as the entity ``channel`` carries it."""

    MOBILE = "mobile"
    ONLINE = "online"
    BRANCH = "branch"
    ATM = "atm"
    WECHAT = "wechat"
    PHONE = "phone"


CHANNEL_SYNONYMS: dict[Channel, tuple[str, ...]] = {
    Channel.MOBILE: (
        "手机银行",
        "掌上银行",
        "手机APP",
        "APP",
        "客户端",
        "手机客户端",
        "手机端",
        "手机银行APP",
        "手机银行客户端",
    ),
    Channel.ONLINE: (
        "网银",
        "网上银行",
        "个人网银",
        "企业网银",
        "网银客户端",
        "网页版",
        "个人网上银行",
        "企业网上银行",
    ),
    Channel.BRANCH: ("柜台", "柜面", "网点", "营业网点", "营业厅", "支行", "分行", "银行柜台", "银行网点"),
    Channel.ATM: (
        "ATM",
        "ATM机",
        "自助机",
        "取款机",
        "存款机",
        "存取款机",
        "自动取款机",
        "自动存款机",
        "自动存取款机",
        "自助取款机",
        "柜员机",
        "自动柜员机",
        "自助设备",
        "自助终端",
    ),
    Channel.WECHAT: ("微信银行", "公众号", "微信公众号", "小程序", "微信小程序"),
    Channel.PHONE: ("电话银行", "客服电话", "客服热线", "热线", "服务热线", "热线电话"),
}

# Words that hold one of the words above and mean something else.
OTHER_WORDS = (
    *(
        "基金会",
        "基金公司",
        "基金经理",
        "保险公司",
        "保险柜",
        "保险箱",
        "保险起见",
        "保险丝",
        "理财经理",
        "理财师",
        "理财顾问",
    ),
    *("黄金周", "黄金会员", "白银会员", "黄金时间", "黄金时段", "黄金地段", "贷款人", "借款人", "存单号", "存款单"),
    *("存款保险", "社会保险", "医疗保险", "养老保险", "失业保险", "工伤保险", "生育保险", "养老金保险"),
    *("高风险账户", "高风险地区", "高风险交易", "高风险客户", "高风险国家", "中风险地区", "低风险地区"),
    *("风险低一点", "风险低点", "风险低些", "风险小一点", "风险小点", "风险小些", "风险高一点", "风险高点"),
    *(
        "不定期",
        "定期更换",
        "定期修改",
        "定期扣款",
        "定期还款",
        "定期转账",
        "定期检查",
        "定期更新",
        "定期维护",
        "定期缴费",
    ),
    *("定期划扣", "定期寄", "定期发", "定期推送", "定期清理", "定期改", "定期换"),
    *(
        "网银盾",
        "分行长",
        "分行行长",
        "支行行长",
        "支行长",
    ),
    *("支付宝APP", "微信APP", "京东APP", "美团APP", "淘宝APP", "抖音APP", "滴滴APP", "支付宝客户端", "京东客户端"),
    *("支付宝小程序", "数字人民币", "资金卡", "现金卡", "押金卡", "奖金卡", "保证金卡", "基金卡", "公积金卡", "租金卡"),
    *("稳健性", "二级市场", "沪深300", "中证500", "中证800", "中证1000", "前一天通知"),
    *("畅行无阻", "远见卓识", "星海音乐"),
)


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
    "AUD": ("澳元", "澳币", "AUD"),
    "CAD": ("加元", "加币", "CAD"),
    "CHF": ("瑞士法郎", "瑞郎", "CHF"),
    "SGD": ("新加坡元", "新加坡币", "新币", "SGD"),
    "NZD": ("新西兰元", "NZD"),
    "KRW": ("韩元", "韩币", "KRW"),
    "THB": ("泰铢", "THB"),
    "RUB": ("卢布", "RUB"),
    "MOP": ("澳门元", "澳门币", "MOP"),
    "TWD": ("新台币", "台币", "TWD"),
}
CURRENCY_LABELS = {code: names[0] for code, names in CURRENCY_SYNONYMS.items()}
