"""What results on a terminal are headed with, in Chinese and English beside each other."""
from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CHINESE: Mapping[str, str] = MappingProxyType({
    # what is counted
    "number": "数目", "letters": "函", "mentions": "提及", "entities": "实体", "facts": "事实", "figures": "数据", "sentences": "句子",
    "triples": "三元组", "class": "类别", "times": "次数",
    # what is said of an entity and of a letter
    "also": "又名", "in": "位于", "links": "链接", "form": "名称", "taken for it by": "认定依据", "letter": "函", "entity": "实体",
    "title": "标题", "date": "日期", "answers for": "答复地区", "issued by": "答复机关", "addressed to": "答复对象",
    "consulted": "会办单位", "proposal": "提案", "proposal no.": "提案号", "session": "会议", "source": "文件",
    # why a name was taken for an entity (kg:resolvedBy)
    "lexicon": "词库", "name": "原名", "initial": "简称", "organ": "机关", "self": "自称", "relative": "就近", "defined": "函中定义",
    "defined elsewhere": "他函定义", "shortened": "缩写", "place": "答复地", "local": "本地名",
})


def both(word: str) -> str:
    """A word of this program with what it is in Chinese; alone where it has none."""
    return f"{CHINESE[word]} {word}" if word in CHINESE else word
