"""A contents file and three pages as the site has them, for what is made of the whole book."""

CONTENTS = """\
format: jb-book
root: book/index
parts:
  - caption: Chapters & more
    chapters:
      - file: book/01_first
        sections:
          - file: book/01b_more
"""
PAGE = """<!DOCTYPE html><html><head>
<link href="../_static/a.css?v=1" rel="stylesheet" type="text/css"/><link rel="preload" as="font" href="../_static/f.woff2"/></head>
<body><article class="bd-article"><h1>%s<a class="headerlink" href="#x">#</a></h1>%s</article></body></html>"""
FIRST = """<p id="here"><a href="01b_more.html#there">on</a> <a href="#here">back</a> <a href="index.html">front</a>
<a href="../at/x.html">out</a> <a href="https://example.org/">web</a></p><button>go</button><img src="../_images/a.png">
<svg viewBox="0 0 1 1"><clipPath id="clip"></clipPath><g clip-path="url(#clip)"></g></svg>"""
