"""Writes the fixtures of documents that are archives of parts: EPUB, DOCX and ODT. Nothing in them is anybody else's.

    python3 tools/make-documents.py

The archives have fixed times, so that the same script writes the same bytes.
"""

import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent / "crates/ingest/tests/fixtures"


def package(path, parts):
    path = ROOT / path
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 4))
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(info, text)


CONTAINER = """<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""


def page(body, title="x", kind=""):
    return f"""<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title>{title}</title>
<link rel="stylesheet" href="style.css"/></head><body{kind}>{body}</body></html>"""


EPUB3 = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": CONTAINER,
    "META-INF/encryption.xml": """<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" xmlns:enc="http://www.w3.org/2001/04/xmlenc#">
<enc:EncryptedData><enc:EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding"/><enc:CipherData><enc:CipherReference URI="OEBPS/a.otf"/></enc:CipherData></enc:EncryptedData></encryption>""",
    "OEBPS/content.opf": """<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="i">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="i">urn:x</dc:identifier><dc:title>The Frozen Harbour</dc:title>
<dc:creator>A. Keeper</dc:creator><dc:creator>B. Bell</dc:creator><dc:language>en</dc:language></metadata>
<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="cover" href="cover.xhtml" media-type="application/xhtml+xml"/>
<item id="c2" href="text/two%20b.xhtml" media-type="application/xhtml+xml"/><item id="c1" href="text/one.xhtml" media-type="application/xhtml+xml"/>
<item id="n" href="notes.xhtml" media-type="application/xhtml+xml"/><item id="gone" href="gone.xhtml" media-type="application/xhtml+xml"/>
<item id="pic" href="map.svg" media-type="image/svg+xml"/></manifest>
<spine><itemref idref="cover"/><itemref idref="nav"/><itemref idref="c1"/><itemref idref="c2"/><itemref idref="pic"/><itemref idref="gone"/><itemref idref="n" linear="no"/></spine></package>""",
    "OEBPS/nav.xhtml": page('<nav epub:type="toc"><ol><li><a href="text/one.xhtml">The Lamp</a></li><li><a href="text/two%20b.xhtml#x">The Bell</a></li></ol></nav>'),
    "OEBPS/cover.xhtml": page("<p>A cover.</p>"),
    "OEBPS/text/one.xhtml": page("""<section epub:type="chapter"><h1>Chapter 1</h1><h2>The Lamp</h2>
<p>For a century the lamp had burned<a epub:type="noteref" href="#n1">1</a> on the cliff.</p><p>&#8220;Who lit it?&#8221;</p><hr/><p>Nobody knew&nbsp;&mdash; yet.</p>
<aside epub:type="footnote" id="n1"><p>Since 1812.</p></aside></section>"""),
    "OEBPS/text/two b.xhtml": page('<p>The bell hung in the fog.</p><p class="break">* * *</p><p>It rang once.</p>'),
    "OEBPS/notes.xhtml": page("<p>Not in the order of reading.</p>"),
    "OEBPS/map.svg": '<svg xmlns="http://www.w3.org/2000/svg"><text>no</text></svg>',
}

EPUB2 = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": CONTAINER.replace("OEBPS/content.opf", "content.opf"),
    "content.opf": """<?xml version="1.0"?><opf:package xmlns:opf="http://www.idpf.org/2007/opf" version="2.0"><opf:metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>Ice</dc:title></opf:metadata><opf:manifest><opf:item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>
<opf:item id="a" href="a.html" media-type="application/xhtml+xml"/><opf:item id="b" href="b.html" media-type="application/xhtml+xml"/><opf:item id="t" href="t.html" media-type="application/xhtml+xml"/></opf:manifest>
<opf:spine toc="ncx"><opf:itemref idref="t"/><opf:itemref idref="a"/><opf:itemref idref="b"/></opf:spine>
<opf:guide><opf:reference type="toc" href="t.html"/></opf:guide></opf:package>""",
    "toc.ncx": """<?xml version="1.0"?><ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint id="1"><navLabel><text>First ice</text></navLabel><content src="a.html"/></navPoint>
<navPoint id="2"><navLabel><text>Thaw</text></navLabel><content src="b.html#top"/></navPoint></navMap></ncx>""",
    "t.html": "<html><body><p>First ice</p><p>Thaw</p></body></html>",
    "a.html": "<html><body><p>The ice came early.<p>Nobody rowed.</body></html>",
    "b.html": page("<p>Then it broke.</p>"),
}

DRM = dict(EPUB2)
DRM["META-INF/encryption.xml"] = """<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#">
<EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/><CipherData><CipherReference URI="a.html"/></CipherData></EncryptedData></encryption>"""


def style(identity, name, more=""):
    return f'<w:style w:type="paragraph" w:styleId="{identity}"><w:name w:val="{name}"/>{more}</w:style>'


def p(text, properties=""):
    properties = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p>{properties}{text}</w:p>"


def r(text, properties=""):
    properties = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
DOCX_BODY = "".join(
    [
        p(r("The Frozen Harbour"), '<w:pStyle w:val="Titel"/>'),
        p(r("Contents 3"), '<w:pStyle w:val="Verzeichnis1"/>'),
        p(r("The Lamp"), '<w:pStyle w:val="berschrift1"/>'),
        p(
            r("For a ")
            + '<w:ins w:id="1" w:author="A">' + r("whole ") + "</w:ins>"
            + '<w:del w:id="2" w:author="A"><w:r><w:delText>short </w:delText></w:r></w:del>'
            + '<w:moveFrom w:id="3">' + r("moved ") + "</w:moveFrom>"
            + r("century", "<w:i/>")
            + '<w:r><w:footnoteReference w:id="2"/></w:r>'
            + r(" the lamp burned.")
            + r("secret", "<w:vanish/>")
        ),
        p(r("Nobody"), '<w:rPr><w:del w:id="4" w:author="A"/></w:rPr>'),
        p(r(" knew &amp; nobody asked.") + "<w:r><w:br/></w:r>" + r("“Who?”")),
        p(r("* * *"), '<w:jc w:val="center"/>'),
        p(r("oil"), "<w:numPr/>"),
        '<w:tbl><w:tr><w:tc>' + p(r("Ship")) + "</w:tc><w:tc>" + p(r("Day")) + "</w:tc></w:tr>"
        + "<w:tr><w:trPr><w:del/></w:trPr><w:tc>" + p(r("gone")) + "</w:tc></w:tr>"
        + "<w:tr><w:tc>" + p(r("Icewind")) + p(r("the second")) + "</w:tc><w:tc>" + p(r("Monday")) + "</w:tc></w:tr></w:tbl>",
        p(r("The box: ") + "<w:r><mc:AlternateContent><mc:Choice><w:txbxContent>" + p(r("in a box")) + "</w:txbxContent></mc:Choice><mc:Fallback>" + p(r("twice")) + "</mc:Fallback></mc:AlternateContent></w:r>"),
        p(r("Below"), '<w:pStyle w:val="Eigene"/>'),
        p(r("The bell", "") + '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>' + r(" rang.")),
    ]
)
DOCX = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "docProps/core.xml": '<cp:coreProperties xmlns:cp="x" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The Frozen Harbour</dc:title><dc:creator>A. Keeper</dc:creator></cp:coreProperties>',
    "word/document.xml": f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document {W}><w:body>{DOCX_BODY}<w:sectPr/></w:body></w:document>',
    "word/styles.xml": f"<w:styles {W}>"
    + style("Titel", "Title") + style("berschrift1", "heading 1") + style("berschrift2", "heading 2", '<w:basedOn w:val="Standard"/>')
    + style("Eigene", "My Own", '<w:basedOn w:val="berschrift2"/>') + style("Verzeichnis1", "toc 1") + style("Standard", "Normal") + "</w:styles>",
    "word/footnotes.xml": f'<w:footnotes {W}><w:footnote w:type="separator" w:id="0">{p(r("no"))}</w:footnote><w:footnote w:id="2">{p(r("Since 1812."))}</w:footnote></w:footnotes>',
}

NS = 'xmlns:office="o" xmlns:text="t" xmlns:table="b" xmlns:dc="d" xmlns:meta="m" xmlns:draw="w"'
META = "<office:meta><dc:title>Ice</dc:title><meta:initial-creator>A. Keeper</meta:initial-creator></office:meta>"
ODT_BODY = """<office:text><text:tracked-changes><text:changed-region><text:deletion><text:p>deleted</text:p></text:deletion></text:changed-region></text:tracked-changes>
<text:table-of-content><text:index-body><text:p>The Lamp 3</text:p></text:index-body></text:table-of-content>
<text:h text:outline-level="1">The Lamp</text:h>
<text:p>For a
  century<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Since 1812.</text:p></text:note-body></text:note><text:s text:c="2"/>the <text:span>lamp</text:span> burned.<office:annotation><text:p>remark</text:p></office:annotation></text:p>
<text:p>Who<text:tab/>lit it?<text:line-break/>Nobody.</text:p><text:p/>
<text:list><text:list-item><text:p>oil</text:p><text:p>and wick</text:p></text:list-item></text:list>
<table:table><table:table-row><table:table-cell><text:p>Ship</text:p></table:table-cell><table:table-cell><text:p>Day</text:p></table:table-cell></table:table-row></table:table>
<text:h text:outline-level="2">Below &amp; beyond</text:h><text:p>The bell rang.</text:p></office:text>"""
ODT = {
    "mimetype": "application/vnd.oasis.opendocument.text",
    "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="x"><manifest:file-entry manifest:full-path="/"/></manifest:manifest>',
    "content.xml": f'<?xml version="1.0"?><office:document-content {NS}><office:automatic-styles><text:p>no</text:p></office:automatic-styles><office:body>{ODT_BODY}</office:body></office:document-content>',
    "meta.xml": f'<?xml version="1.0"?><office:document-meta {NS}>{META}</office:document-meta>',
}
FODT = f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document {NS}>{META}<office:body>{ODT_BODY}</office:body></office:document>\n'

RTF = r"{\rtf1\ansi\ansicpg1252{\fonttbl\f0\fnil Palatino;}\f0 %s}"
BINDER = """<?xml version="1.0" encoding="UTF-8"?>
<ScrivenerProject Template="No" Version="%s"><Binder>
<BinderItem %s="A" Type="DraftFolder"><Title>Manuscript</Title><Children>
<BinderItem %s="B" Type="Folder"><Title>Chapter 1</Title><MetaData><IncludeInCompile>Yes</IncludeInCompile></MetaData><Children>
<BinderItem %s="D" Type="Text"><Title>The Lamp</Title></BinderItem><BinderItem %s="C" Type="Text"><Title>The Stairs &amp; the Bell</Title></BinderItem></Children></BinderItem>
</Children></BinderItem>
<BinderItem %s="R" Type="ResearchFolder"><Title>Research</Title><Children><BinderItem %s="E" Type="Text"><Title>Ada</Title></BinderItem><BinderItem %s="P" Type="Image"><Title>Map</Title></BinderItem></Children></BinderItem>
<BinderItem %s="T" Type="TrashFolder"><Title>Trash</Title><Children><BinderItem %s="X" Type="Text"><Title>Old</Title></BinderItem></Children></BinderItem>
</Binder></ScrivenerProject>"""
THREE = {
    "Harbour.scriv/Files/Data/C/content.rtf": RTF % "<$Scr_Ps::0>Ninety-seven steps.<!$Scr_Ps::0>",
    "Harbour.scriv/Files/Data/C/notes.rtf": RTF % "Count them again.",
    "Harbour.scriv/Files/Data/D/content.rtf": RTF % r"The lamp burned.\par #\par Who lit it?",
    "Harbour.scriv/Files/Data/D/synopsis.txt": "A lamp burns for a century.",
    "Harbour.scriv/Files/Data/E/content.rtf": RTF % "The keeper\\rquote s daughter.",
    "Harbour.scriv/Files/Data/X/content.rtf": RTF % "Thrown away.",
    "Harbour.scriv/Files/Data/docs.checksum": "x",
    "Harbour.scriv/Harbour.scrivx": BINDER % (("2.0",) + ("UUID",) * 9),
    "Harbour.scriv/Settings/ui.plist": "x",
}
TWO = {
    "project.scrivx": (BINDER % (("1.0",) + ("ID",) * 9)).replace('ID="A"', 'ID="0"').replace('ID="D"', 'ID="3"').replace('ID="C"', 'ID="7"'),
    "Files/Docs/3.rtf": RTF % "The lamp burned.",
    "Files/Docs/3_synopsis.txt": "A lamp burns.",
    "Files/Docs/7.rtf": RTF % "Ninety-seven steps.",
    "Files/Docs/7_notes.rtf": RTF % "Count them.",
    "Files/binder.autosave": "x",
}

if __name__ == "__main__":
    package("scrivener/three.zip", THREE)
    package("scrivener/two.zip", TWO)
    package("epub/three.epub", EPUB3)
    package("epub/two.epub", EPUB2)
    package("faults/drm.epub", DRM)
    package("docx/word.docx", DOCX)
    package("odt/writer.odt", ODT)
    (ROOT / "odt/flat.fodt").write_text(FODT, encoding="utf-8")
