"""What can be read off the words themselves: asking for a person, distress, insults, threats. Pure.

The flags are evidence beside the model's score, so each is written to be right when it fires rather than to fire
often: asking how complaints work is no threat, and "这利率低得要死" is no emergency.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.sentiment.cleaning import clean


@dataclass(frozen=True, slots=True)
class LexicalFlags:
    """Which flags a text carries; the names are those of :class:`bot.sentiment.frustration.TurnSignals`."""

    asks_human: bool = False
    insult: bool = False
    threat: bool = False
    distress: bool = False


_PERSON = (
    r"(?:人工|真人|活人|坐席|座席|客服人员|人工客服|客服专员|专员|业务员|客户经理|值班经理"
    r"|(?:你们|你)?(?:的)?(?:领导|主管|经理))"
)
_ASKS_HUMAN = (
    rf"(?:转|接|换|找|叫|要|喊|上|派|来个|来位|给我|联系|呼叫|转接)(?:到|成|一下|一个|一位|个|位|你们|的)*{_PERSON}",
    rf"{_PERSON}(?:服务|客服)?(?:呢|在哪|在吗|在不在|有没有|快点|出来|来)",
    r"^(?:人工|人工客服|人工服务|转人工|真人|真人客服|坐席)[吧啊呢!?。~ ]*$",
    r"(?:不想|不要|别|懒得|不愿意?)(?:再)?(?:和|跟|同)(?:机器人?|你这(?:个)?机器人?|AI|智能客服)(?:聊|说|讲|废话|沟通|绕)",
    r"(?:能|可以|可不可以|能不能)(?:和|跟|找)(?:个|一个)?(?:真人|活人|人工|人)(?:聊|说|讲|谈|沟通)",
)
# Questions about the service, not wishes for it.
_ASKS_HUMAN_NOT = (
    r"人工(?:智能|费|成本|降水)",
    r"人工(?:客服|服务|坐席)?(?:的)?(?:上班|工作|服务|营业)?(?:时间|电话|几点|收费)",
    r"(?:怎么|如何|哪里)(?:才能)?联系(?:我的)?客户经理",
    r"(?:不用|不要|不需要|无需|别|先不)(?:再)?(?:给我)?(?:转|接|找)(?:到|接)?人工",
)

_THREAT = (
    r"(?:我|这就|马上|立刻|现在就|肯定|一定|必须|只好|只能|直接|否则|不然|要不|小心|信不信|等着|准备|打算|非|会|再)[^?。!,]{0,12}(?:投诉|举报|起诉|曝光|告)(?:你|到|去|给|上|了|这|它|他|们|定|的|$|[,。!])",
    r"(?:要|去|来|会|得|就|想|再)(?:投诉|举报|起诉|曝光|告发|上访)(?:你|了|你们|$|[,。!])",
    r"(?:打|拨|找|向|去|到|给|上)(?:给|了|个|过)?(?:12378|12345|12363|12315|银保监|银监会|金监局|金融监管|监管局|监管总局|央行|人民银行|人行|消协|消费者协会|信访|纪委|法院|黑猫)[^?]{0,12}(?:投诉|举报|反映|反应|告|说|讲|曝光|评评理|见|$|[,。!])?",
    r"(?:12378|12345|12363|银保监会?|金监局|监管局|法院|媒体)(?:见|走起|等着你|伺候)",
    r"(?:找|叫|联系|请|曝光给|发给|捅到|爆料给)(?:记者|媒体|电视台|报社|律师)",
    r"(?:发|挂|捅|爆|晒|放)(?:到|上|在)?(?:网上|网络|微博|抖音|小红书|朋友圈|热搜|头条|媒体)[^?]{0,10}(?:曝光|让|评|看看|[,。!]|$)",
    r"法庭(?:上)?见|走(?:法律|司法)(?:程序|途径)|发律师函|律师函(?:见|伺候|警告)|(?:告上|闹上)法[庭院]|打官司",
    r"(?:后果|责任)(?:你们|你们银行|全部)?(?:自负|自己承担)|跟你们没完|和你们没完|闹到(?:底|总行)",
)
# Somebody who wants to know how it works, or tells of something else, threatens nobody.
_THREAT_NOT = (
    r"(?:投诉|举报)(?:的)?(?:流程|电话|渠道|方式|热线|邮箱|入口|步骤|处理|进度|结果|时限|多久|编号|工单|单号|材料|条件)",
    r"(?:怎么|如何|怎样|哪里|哪儿|在哪|可以在哪|去哪|什么是|能不能|可以|能否)(?:去|进行|才能|可以|能)?(?:投诉|举报)(?!你)",
    r"(?:不想|不会|不打算|没想|没有要|不是要|不用|不必|撤销|撤回|取消)(?:再)?(?:去)?(?:投诉|举报|起诉|曝光)",
    r"(?:收到|接到|被|有人)(?:了)?[^,。]{0,6}(?:投诉|举报|起诉|律师函)",
    r"(?:骗子|诈骗|对方|那人|那个人|卖家|商家|他们?|公司)[^,。]{0,10}(?:说|威胁|称|扬言)[^。]{0,12}(?:起诉|投诉|曝光|告)",
)

_INSULT = (
    r"(?:他妈|他娘|特么|tmd|TMD|操你|草你|艹|卧槽你|妈的|妈蛋|麻痹|妈逼|mlgb|你妹|你大爷|滚蛋|滚犊子|给我滚|滚吧|去死|王八|狗日|狗屁|放屁|傻[逼比叉子缺x]|sb|煞笔|沙比|脑残|弱智|智障|白痴|蠢货|蠢猪|笨蛋|废物|垃圾(?:银行|客服|机器人|东西|玩意|系统|软件|app|服务|公司)|人渣|畜生|混蛋|混账|不要脸|臭不要脸|丧尽天良|没人性|吃人不吐|吸血鬼|强盗|土匪|流氓|黑心|无耻|饭桶|吃屎|狗东西|什么玩意|坑爹|骗子(?:银行|公司)|人工智障)",
    r"(?:你们?|这|客服|银行|机器人|系统)[^,。?]{0,6}(?:真?是|就是|都是|简直|真|太|一群|一帮)[^,。?]{0,4}(?:垃圾|骗子|蠢|傻|废|猪|有病|恶心|缺德)",
    r"(?:你|你们|客服)(?:是不是)?(?:有病|有毛病|脑子(?:有|进|坏)|没长(?:脑|眼|耳)|瞎了?|聋了?)",
)
_INSULT_NOT = (
    r"垃圾(?:短信|邮件|信息|电话|分类|桶|站|债)",
    r"(?:遇到|碰到|碰上|被|防|识别|举报|怀疑是?|可能是)(?:了)?(?:个|一个)?骗子",
    r"(?:黑心|流氓|强盗)(?:商家|商户|软件|中介|平台)",
    r"usb|sbi|isbn|hsbc|lsb|msb",
)

_DISTRESS = (
    r"(?:急死|急疯|急哭|急得(?:不行|要命|团团转|睡不着)|快急|吓死|吓坏|吓哭|怕死|愁死|快疯了|崩溃|绝望|走投无路|活不下去|不想活|想死|撑不住|熬不下去|睡不着觉?|失眠|哭了|欲哭无泪|没办法活)",
    r"(?:救命|救急|救救)(?:钱|啊|我|!|$)|救命钱|活命钱|养老(?:的)?钱[^?]{0,10}(?:没|全|被|不见)|血汗钱",
    r"(?:等着?|急着?|急需)(?:这笔?钱|钱)?[^?,。]{0,6}(?:做手术|动手术|手术|救命|看病|住院|交住院|透析|化疗|抢救|发工资)",
    r"(?:钱|存款|积蓄|资金|卡里|账户|账上|余额)[^?,。怎如]{0,10}(?:被骗|被盗|被转走|不翼而飞|全没|都没了|不见了|没有了|清零|被刷)",
    r"(?:我|刚|刚才|刚刚|老人|爸|妈|奶奶|爷爷)[^?,。]{0,8}(?:被骗|上当|被诈骗|遭诈骗)(?!怎么预防)",
)
_DISTRESS_NOT = (
    r"(?:避免|防止|防范|预防|如何防|怎么防|怎样防|以免|担心会|万一|如果|假如|要是)[^。]{0,10}(?:被骗|被盗|上当|被转走|不见)",
    r"(?:利率|利息|收益|速度|系统|排队)[^,。]{0,5}(?:低|慢)?(?:得|的)?(?:要死|要命)",
)


_NOT_UNDERSTOOD = re.compile(
    r"没(?:有)?(?:能)?(?:太)?(?:听懂|理解|明白|看懂|找到|查到)|(?:不太|不能|无法|未能)(?:理解|明白|识别|回答|解答)"
    r"|换(?:个|一种)(?:说法|方式|问法)|(?:请|麻烦)(?:您)?(?:重新|再)(?:描述|表述|说|输入)|还在学习|听不懂|暂时(?:无法|不能)回答"
)


def _compile(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


_RULES = {
    "asks_human": (_compile(_ASKS_HUMAN), _compile(_ASKS_HUMAN_NOT)),
    "threat": (_compile(_THREAT), _compile(_THREAT_NOT)),
    "insult": (_compile(_INSULT), _compile(_INSULT_NOT)),
    "distress": (_compile(_DISTRESS), _compile(_DISTRESS_NOT)),
}


def lexical_flags(text: str) -> LexicalFlags:
    """Flags of one customer message, any text. False friends are cut out before the rules look."""
    cleaned = clean(text)
    return LexicalFlags(**{name: _found(cleaned, *rule) for name, rule in _RULES.items()})


def _found(cleaned: str, rule: re.Pattern[str], false_friends: re.Pattern[str]) -> bool:
    return rule.search(false_friends.sub("□", cleaned)) is not None


def reply_failed(reply: str) -> bool:
    """True when a reply says that it did not understand; for transcripts that carry no outcome of their own."""
    return _NOT_UNDERSTOOD.search(clean(reply)) is not None
