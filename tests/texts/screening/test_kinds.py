"""What a text is, by its own words; where they do not tell, nothing is guessed."""

import pytest

from workbench.texts.screening.kinds import kind_of, languages_of

MAILING = "Subject: Spring\n\nDear Ann, the roses are here. Shop now. Unsubscribe here."
TEXTS = {
    "mailing": [
        MAILING,
        "Betreff: Rosen\n\nLiebe Frau Lee, jetzt bestellen. Newsletter abbestellen.",
    ],
    "chatbot": [
        "Bot: Hello, can I help?\nUser: Where is my order?\nBot: Let me see.\nUser: Thanks.\nBot: Bye.",
        "Bot: Guten Tag!\nKunde: Wo ist mein Paket?\nBot: Ich sehe nach.\nKunde: Danke.\nBot: Gern.",
    ],
    "privacy-notice": [
        "Privacy notice\n\nThe controller is Acme. The legal basis is the contract.",
        "Datenschutzerklärung\n\nVerantwortliche ist die Acme GmbH. Rechtsgrundlage ist Art. 6.",
    ],
    "briefing": [
        "Briefing: roses\n\nTarget group: gardeners. Budget: 2,000 euros. Timing: May.",
        "Briefing Rosen\n\nZielgruppe: Gärtner. Budget: 2.000 Euro. Timing: Mai.",
    ],
    "clauses": [
        "Terms and conditions\n\n§ 1 Scope\nThese hold.\n\n§ 2 Liability\nWe are liable.",
        "Allgemeine Geschäftsbedingungen\n\n§ 1 Geltung\nSie gelten.\n\n§ 2 Haftung\nWir haften.",
    ],
}


@pytest.mark.parametrize(("kind", "text"), [(k, t) for k, some in TEXTS.items() for t in some])
def test_kinds_are_told(kind, text):
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    "text", ["", "Hello.", "The roses are here.", "Briefing", "👋", "Привет, мир"]
)
def test_what_does_not_tell_is_not_guessed(text):
    assert kind_of(text) == ""


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("The roses are here, and you may have them.", ("en",)),
        ("Die Rosen sind da, und Sie können sie für sich haben, das ist schön.", ("de",)),
        (
            "Die Rosen und das Gras, nicht mit uns. The roses and the grass are for you.",
            ("de", "en"),
        ),
        ("Les roses sont là, et vous pouvez les avoir pour vous.", ()),
        ("De rozen zijn er en je kunt ze hebben van ons in de tuin.", ()),
        ("Roserne er her, og du kan få dem til din have. Vi har alle, der er den.", ()),
        ("Розы уже здесь", ()),
        ("", ()),
    ],
)
def test_languages_are_told_by_small_words(text, languages):
    assert languages_of(text) == languages
