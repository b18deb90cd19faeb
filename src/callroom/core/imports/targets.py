"""What a column of a file may be of a customer, and which one its head speaks of."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from callroom.core.fields import Field
from callroom.core.fields.writing import Language

VALUE = "values."
PHONE = "phone"

# what of every customer a column can be → how it is called, and by what else it is known
BUILT_IN: dict[str, tuple[str, str]] = {
    "name": ("姓名", "Name"),
    "phone:mobile": ("手机", "Mobile"),
    "phone:landline": ("固定电话", "Landline"),
    "phone": ("电话", "Phone"),
    "phone:work": ("工作电话", "Work phone"),
    "phone:home": ("住宅电话", "Home phone"),
    "phone:other": ("其他电话", "Other phone"),
    "company": ("公司", "Company"),
    "tier": ("等级", "Tier"),
    "stage": ("阶段", "Stage"),
    "tags": ("标签", "Tags"),
    "owner": ("负责人", "Owner"),
    "do_not_call": ("勿打扰", "Do not call"),
    "no_mail": ("不收邮件", "No mails"),
    "memo": ("备注", "Memo"),
}
IN_TEMPLATE = (
    "name", "phone:mobile", "phone:landline", "company", "tier", "stage", "tags", "owner", "do_not_call", "no_mail",
)  # fmt: skip
_ALSO: dict[str, str] = {
    "name": "客户姓名 客户名称 名称 客户 联系人 联系人姓名 用户姓名 户主 customer customername fullname contact "
    "contactname",
    "phone:mobile": "手机号 手机号码 移动电话 联系手机 手机1 mobilephone mobilenumber cell cellphone cellnumber",
    "phone:landline": "座机 固话 固定电话号码 座机号码 fixedline landlinenumber telephone",
    "phone": "电话号码 联系电话 号码 电话1 联系方式 客户电话 phones phonenumber number phone1 tel phoneno",
    "phone:work": "办公电话 公司电话 单位电话 workphone businessphone office",
    "phone:home": "家庭电话 家庭号码 homephone home",
    "phone:other": "备用电话 电话2 手机2 号码2 其它电话 phone2 altphone alternatephone",
    "company": "公司名称 单位 单位名称 企业名称 工作单位 companyname organisation organization employer",
    "tier": "客户等级 级别 vip等级 level customertier",
    "stage": "客户阶段 客户状态 状态 status",
    "tags": "客户标签 标记 tag labels",
    "owner": "所属坐席 客户经理 归属人 所属人 跟进人 agent accountmanager",
    "do_not_call": "勿扰 免打扰 拒接 禁止呼叫 黑名单 donotcall dnc",
    "no_mail": "不收邮件 拒收邮件 退订邮件 邮件退订 已退订 nomail donotmail donotemail emailoptout unsubscribed",
    "memo": "说明 备注信息 描述 附注 note notes comment comments remark remarks description",
}
_BESIDE = re.compile(r"[(\[{].*?[)\]}]|[\s*:_\-./]+")


def targets_of(fields: Mapping[str, Field]) -> list[str]:
    """All that a column can be; "" besides: it is left out."""
    return [*BUILT_IN, *(VALUE + id for id in fields)]


def label_of(target: str, fields: Mapping[str, Field], language: Language) -> str:
    both = BUILT_IN.get(target)
    return both[language == "en"] if both else fields[target.removeprefix(VALUE)].label


def heads_of(fields: Mapping[str, Field], language: Language) -> dict[str, str]:
    """The template: target → head of its column, each once."""
    heads: dict[str, str] = {}
    for target in (*IN_TEMPLATE, *(VALUE + id for id in fields), "memo"):
        label, n = label_of(target, fields, language), 2
        head = label
        while head in heads.values():
            head, n = f"{label} {n}", n + 1
        heads[target] = head
    return heads


def proposed(heads: Sequence[str], fields: Mapping[str, Field], known: Mapping[str, str]) -> list[str]:
    """A target for each head, "" where nothing fits. ``known``: what people chose for these heads the last time."""
    meanings: dict[str, str] = {}
    for target, words in _ALSO.items():
        for word in words.split():
            meanings.setdefault(word, target)
    for target, labels in BUILT_IN.items():
        meanings |= dict.fromkeys(map(_bare, labels), target)
    meanings |= {_bare(field.label): VALUE + id for id, field in fields.items()}
    for language in ("en", "zh"):
        meanings |= {_bare(head): target for target, head in heads_of(fields, language).items()}
    possible, found, used = set(targets_of(fields)), list[str](), set[str]()
    for head in heads:
        target = known[head] if head in known else meanings.get(_bare(head), "")
        if target not in possible or target in used:
            target = ""
        if target != PHONE:  # several columns may be phones
            used.add(target)
        found.append(target)
    return found


def _bare(head: str) -> str:
    """A head as it is compared: without what stands in brackets ("手机（必填）"), spaces and signs."""
    return _BESIDE.sub("", unicodedata.normalize("NFKC", head).casefold())
