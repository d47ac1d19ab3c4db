"""Web pages as the publishing systems of governments lay them out; the letter is the same in each, what stands around it differs."""
from __future__ import annotations

TITLE = "关于市政协十四届二次会议第0321号提案的答复"
LETTER = (
    "某某委员：",
    "您提出的《关于加强津港青年科技交流的提案》收悉，经会同市科技局、市人力社保局研究，现答复如下：",
    "一、支持青年来津创业",
    "2023年，我市新增港澳青年创业企业12家，举办交流活动30场，参加青年2000余人。",
    "下一步，我们将继续推进与香港科技园公司的合作，计划于2024年6月底前举办津港青年创新论坛。",
    "感谢您对我市工作的关心和支持。",
    "天津市人民政府港澳事务办公室",
    "2024年5月20日",
)
NEWS = "".join(f'<li><a href="/n/{i}.html">我市召开第{i}次工作会议，部署下一阶段重点任务，确保完成全年目标</a></li>' for i in range(1, 13))
METAS = (f'<meta name="ArticleTitle" content="{TITLE}"><meta name="PubDate" content="2024-05-28 10:20">'
         '<meta name="ContentSource" content="市政府港澳办"><meta name="SiteName" content="天津政务网">')
CRUMBS = '<div class="crumbs">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk">政务公开</a> &gt; 建议提案办理</div>'
FOOT = ('<div class="footer"><p>主办单位：天津市人民政府办公厅，承办：某某信息中心，版权所有，未经许可不得转载。</p>'
        '<p>津ICP备05000001号 津公网安备 12010102000001号</p></div>')
TOOLS = '<div class="share">分享到：<a>微信</a><a>微博</a></div><div class="fontsize">字体：【<a>大</a> <a>中</a> <a>小</a>】 <a>打印</a> <a>关闭</a></div>'
SCRIPT = "<script>document.write('脚本写出的文字，不应读取。');</script><style>p{margin:0}</style>"


def paragraphs(mark: str = "p") -> str:
    return "\n".join(f'<{mark} style="text-indent:2em">　　{line}</{mark}>' for line in LETTER)


def trs() -> str:
    """TRS WCM: meta elements and div.TRS_Editor."""
    return (f"<!DOCTYPE html><html><head><meta charset='utf-8'>{METAS}<title>{TITLE}_天津政务网</title>{SCRIPT}</head><body>{CRUMBS}"
            f"<div class='sidebar'><ul>{NEWS}</ul></div><div class='article'><h1>{TITLE}</h1><div class='info'>发布日期：2024-05-28 10:20　来源：市政府港澳办"
            f"</div>{TOOLS}<div class='view TRS_UEDITOR trs_paper_default'><div class='TRS_Editor'>{paragraphs()}</div></div>"
            f"<p>附件：<a href='/files/P020240528.docx'>办理情况表.docx</a></p></div>{FOOT}</body></html>")


def jcms() -> str:
    """大汉 JCMS: div#zoom, title in a table above it."""
    return (f"<html><head><meta http-equiv='Content-Type' content='text/html; charset=utf-8'><title>天津市人民政府 {TITLE}</title></head><body>{CRUMBS}"
            f"<table><tr><td class='title'>{TITLE}</td></tr><tr><td>来源：市政府港澳办　发布时间：2024-05-28　浏览次数：<script>count()</script>123</td></tr>"
            f"<tr><td><div id='zoom'>{paragraphs('div')}</div></td></tr></table><ul class='list'>{NEWS}</ul>{FOOT}</body></html>")


def platform() -> str:
    """The common platform of government sites: UCAP-CONTENT, a table of the document's data above it."""
    data = "".join(f"<tr><td>{a}</td><td>{b}</td></tr>" for a, b in (("索引号：", "000125014/2024-00321"), ("主题分类：", "建议提案"), ("成文日期：", "2024-05-20")))
    return (f"<html><head><meta charset='utf-8'>{METAS}</head><body><nav>{NEWS}</nav><div class='xxgk-head'><table>{data}</table></div>"
            f"<div class='pages_content'><div id='UCAP-CONTENT'>{paragraphs()}</div></div><div class='relate'><h3>相关文档</h3><ul>{NEWS}</ul></div>{FOOT}</body></html>")


def old() -> str:
    """A page of the 2000s in GB2312: nested tables, font elements, line breaks instead of paragraphs, no names at all."""
    text = "<br>\n<br>".join(f"<font size=3 face=宋体>　　{line}</font>" for line in LETTER)
    return (f"<html><head><meta http-equiv=Content-Type content='text/html; charset=gb2312'><title>{TITLE}</title></head><body bgcolor=#ffffff>"
            f"<table width=760><tr><td><a href=/>首页</a> | <a href=/gk>政务公开</a> | <a href=/hd>政民互动</a></td></tr></table><table width=760><tr>"
            f"<td width=180 valign=top><table>{NEWS}</table></td><td width=580 valign=top><table width=100%><tr><td align=center><b>{TITLE}</b></td></tr>"
            f"<tr><td align=center>发布时间：2024-5-28</td></tr><tr><td>{text}</td></tr></table></td></tr></table>"
            f"<table width=760><tr><td align=center>版权所有 天津市人民政府 津ICP备05000001号</td></tr></table></body></html>")


def nameless() -> str:
    """A page of today whose names say nothing."""
    return (f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{TITLE} - 某某区政府</title></head><body><div class='a1'><ul>{NEWS}</ul></div>"
            f"<div class='b7'><div class='c3'><h2>{TITLE}</h2><div class='d4'><section>{paragraphs()}</section></div></div></div>{FOOT}</body></html>")


def with_table() -> str:
    """A letter with a table of figures in it."""
    rows = "".join(f"<tr><td><p>{a}</p></td><td><p>{b}</p></td></tr>" for a, b in (("年份", "活动（场）"), ("2022", "21"), ("2023", "30")))
    return (f"<html><head><meta charset='utf-8'>{METAS}</head><body><div class='TRS_Editor'>{paragraphs()}<table border=1>{rows}</table></div>{FOOT}</body></html>")


PAGES = {"TRS": trs, "JCMS": jcms, "platform": platform, "old": old, "nameless": nameless}
