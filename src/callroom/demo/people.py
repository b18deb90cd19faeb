"""Customers that look like real ones, as many as are wanted: the same seed makes the same people."""

import asyncio
import random
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import accumulate, islice

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from callroom.actions import audit, customers_bulk
from callroom.actions.customers import form_of
from callroom.actions.new_customers import NewCustomer, Prepared, prepared
from callroom.core.customers import Filing, Phone
from callroom.store.database import open_database, reading, writing
from callroom.store.tables import Customer
from callroom.store.upkeep import tidy_customers


def _parted(size: int, text: str) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


# family names by how many of a thousand have them, after the census' order
_FAMILIES = (
    "王72李71张68刘54陈46杨31黄22赵21吴20周19徐15孙15马13朱12胡12郭11何11林11高10罗9郑9梁8谢7宋7唐7许6韩6邓6冯5曹5彭5曾5肖5田4"
    "董4潘4袁4蔡4蒋4余4于4杜4叶4程4魏4苏4吕4丁4任3卢3姚3沈3钟3姜3崔3谭3陆3范3汪3廖3石3金3韦3贾3夏3付3方3邹2熊2白2孟2秦2邱2"
    "侯2江2尹2薛2闫2段2雷2龙2黎2史2陶2贺2毛2郝2顾2龚2邵2万2覃2武2钱2戴2严2莫1孔1向1常1欧阳1司马1诸葛1上官1"
)
_GIVEN = (
    "伟芳娜敏静秀英丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉力玲云建国华志红斌波宁贵福生龙元全胜学祥才发武新利清飞彬富顺信子"
    "昌成康星光天达安岩中茂进林有坚和彪博诚先敬震振壮会思群豪心邦承乐绍功松善厚庆民友裕河哲江浩亮政谦亨奇固之轮翰朗伯宏言"
    "若鸣朋梁栋维启克伦翔旭鹏泽晨辰士以家致树炎德行时泰盛雄琛钧冠策腾楠榕风航弘梓涵欣怡雨佳慧雅婷璐瑶琪雪倩颖露晶妍茜秋"
    "珊莎锦黛青婕馨瑗琰韵融园艺咏卿聪澜纯毓悦昭冰爽琬茗羽希宁飘育滢馥筠柔竹霭凝晓欢霄枫芸菲寒伊亚宜可姬舒影荔枝思"
)
_CITIES = ("北京010", "上海021", "天津022", "重庆023", "沈阳024", "南京025", "武汉027", "成都028", "西安029", "广州020",
           "杭州0571", "宁波0574", "苏州0512", "无锡0510", "合肥0551", "福州0591", "厦门0592", "济南0531", "青岛0532",
           "郑州0371", "长沙0731", "深圳0755", "东莞0769", "昆明0871", "贵阳0851", "太原0351", "哈尔滨0451", "长春0431",
           "大连0411", "石家庄0311")  # fmt: skip
_DISTRICTS = _parted(2, "朝阳海淀鼓楼江北新城高新城关南山西湖滨江黄埔中山和平河西开发雨花武侯天河思明市南")
_ROADS = _parted(2, "人民解放建设中山和平胜利长江黄河文化学府春风幸福光明新华东风迎宾花园滨河振兴工业")
_TRADES = _parted(2, "贸易科技物流电子建材食品餐饮机械服装医疗教育装饰能源环保传媒印刷化工汽车酒店农业")
_WORDS = _parted(1, "华信德恒瑞鑫泰达通盛安康源丰宏美佳金锦远博创联众正兴隆嘉铭益")
_MOBILE = _parted(
    3,
    "130131132133134135136137138139150151152153155156157158159176177178180181182183184185186187188189191198199",
)
_MEMOS = (
    "",
    "",
    "",
    "",
    "周末上门",
    "喜欢下午接电话",
    "已安装智能表",
    "发票抬头为公司",
    "要求英文服务",
    "投诉过一次，已解决",
)
_TAGS = ("大客户", "VIP", "欠费", "新装", "企业", "老小区", "安检未完成", "转介绍")
_STAGES = ("potential", "new", "satisfied", "retained", "old")


CHUNK = 2_000


BATCH = "demo"


async def fill_up(
    database: str, count: int, now: Callable[[], datetime], progress: Callable[[int], None] = lambda _done: None
) -> None:
    """Bring so many people into the database of a site, which may run; those who are there already count."""
    engine = open_database(database)
    try:
        async with reading(engine) as session:
            there = await session.scalar(select(func.count()).where(Customer.batch == BATCH)) or 0
        if there < count:
            await store(engine, count - there, now, lambda done, _all: progress(there + done), first=there)
    finally:
        await engine.dispose()


async def store(
    engine: AsyncEngine,
    count: int,
    now: Callable[[], datetime],
    progress: Callable[[int, int], None] = lambda _done, _all: None,
    first: int = 0,
) -> None:
    """Write so many into the database, chunk by chunk beside whatever the site does, without what forms require."""
    async with reading(engine) as session:
        form = await form_of(session)
    everybody = people(count, first=first)

    def following() -> Prepared:
        return prepared(form, list(islice(everybody, CHUNK)), None, now(), BATCH)

    done, rows = 0, await asyncio.to_thread(following)
    while rows.customers:
        coming = asyncio.ensure_future(asyncio.to_thread(following))
        async with writing(engine) as session, session.begin():
            await audit.hold(session)
            await customers_bulk.insert_many(session, rows)
        done += len(rows.customers)
        progress(done, count)
        rows = await coming
    await tidy_customers(engine, done)


def people(count: int, *, seed: int = 20261126, first: int = 0) -> Iterator[NewCustomer]:
    """``count`` customers; no two have the same mobile number, in whatever pieces they are made (``first``)."""
    families = _weighted()
    for n in range(first, first + count):
        chance = random.Random(seed * 1_000_003 + n)  # noqa: S311 - nothing secret
        yield _one(chance, n, *families)


def _one(chance: random.Random, n: int, families: list[str], weights: list[int]) -> NewCustomer:
    (family,) = chance.choices(families, cum_weights=weights)
    name = family + "".join(chance.choices(_GIVEN, k=1 if chance.random() < 0.25 else 2))
    city, code = _city(chance)
    phones = [Phone(f"+86{mobile(n)}", "mobile")]
    company = ""
    if chance.random() < 0.3:
        word = "".join(chance.choices(_WORDS, k=2))
        company = f"{city}{word}{chance.choice(_TRADES)}有限公司"
        digits = 8 if len(code) == 3 or chance.random() < 0.5 else 7
        phones.append(
            Phone(f"+86{code[1:]}{chance.randint(2, 8)}{chance.randrange(10 ** (digits - 1)):0{digits - 1}}", "work")
        )
    road = f"{chance.choice(_DISTRICTS)}区{chance.choice(_ROADS)}路{chance.randint(1, 999)}号"
    memo = chance.choice(_MEMOS)
    address = f"{city}市{road}{chance.randint(1, 32)}栋{chance.randint(101, 3204)}室"
    tags = tuple(chance.sample(_TAGS, k=chance.choice((0, 0, 0, 1, 1, 2))))
    tier = chance.choices((0, 1, 2, 3), (80, 12, 6, 2))[0]
    stage = chance.choices(_STAGES, (15, 30, 25, 20, 10))[0]
    filing = Filing(tags, None, tier, stage, chance.random() < 0.01)
    return NewCustomer(name, company, f"{address}\n{memo}".strip(), phones, {}, filing)


def mobile(n: int) -> str:
    """The ``n``-th number: real prefixes, and digits scattered so that neighbours do not look alike."""
    prefix, rest = divmod(n * 7_368_787 % (len(_MOBILE) * 10**8), 10**8)
    return f"{_MOBILE[prefix]}{rest:08}"


def _city(chance: random.Random) -> tuple[str, str]:
    city = chance.choice(_CITIES)
    at = city.index("0")
    return city[:at], city[at:]


def _weighted() -> tuple[list[str], list[int]]:
    names: list[str] = []
    weights: list[int] = []
    name = number = ""
    for c in _FAMILIES + "\0":
        if c.isdigit():
            number += c
            continue
        if number:
            names.append(name)
            weights.append(int(number))
            name = number = ""
        name += c
    return names, list(accumulate(weights))
