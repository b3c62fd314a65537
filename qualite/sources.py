"""The rows behind a count, told once: what is counted, and the sample that an auditor looks at, read the
same text, so that one can't be drawn from anything but the other."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """Rows that a measure counts. `{a}` in a text is the condition on the point of alias `a`.

    `texte`: from FROM on. `sujet`, `jour`, `cle`: the key of whom they are counted for (a point, an
    association, 0 for the network), their day, their own key. `bon`: which of them are right.
    """

    texte: str
    sujet: str
    jour: str
    cle: str
    bon: str = "true"

    def compte(self, nom: str, *, fautives: bool = False) -> str:
        """Rows of a name, a subject and two numbers: all, and the right ones, or the wrong ones."""
        filtre = f"count(*) FILTER (WHERE {f'NOT ({self.bon})' if fautives else self.bon})"
        return f"SELECT '{nom}', {self.sujet}, count(*), {filtre}\n{self.texte}\nGROUP BY 2"

    @property
    def lignes(self) -> str:
        """Each row: subject, day, key, whether it is right."""
        return f"SELECT {self.sujet}, {self.jour}, {self.cle}, {self.bon}\n{self.texte}"
