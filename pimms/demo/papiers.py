"""The few signed papers of the demo's cases: one small page, written without any library's help."""


def _echapper(texte: str) -> bytes:
    propre = texte.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return propre.encode("cp1252", errors="replace")


def papier(*lignes: str) -> bytes:
    """A PDF of one A4 page with these lines on it; the same lines give the same bytes."""
    textes = b" T* ".join(b"(" + _echapper(ligne) + b") Tj" for ligne in lignes)
    dessin = b"BT /F 13 Tf 24 TL 72 760 Td " + textes + b" ET"
    objets = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R"
        b" /Resources << /Font << /F 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(dessin), dessin),
    )
    corps, places = b"%PDF-1.4\n", []
    for numero, objet in enumerate(objets, 1):
        places.append(len(corps))
        corps += b"%d 0 obj\n%s\nendobj\n" % (numero, objet)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    fin = (len(objets) + 1, table, len(objets) + 1, len(corps))
    return (
        corps
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % fin
    )
