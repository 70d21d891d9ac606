"""What made-up tickets are put together from: sentences in English and German, all invented."""

Phrases = dict[str, tuple[str, ...]]

GREETINGS: Phrases = {
    "en": ("Hello,", "Hi there,", "Dear team,", "Good morning,", ""),
    "de": ("Hallo,", "Guten Tag,", "Liebes Team,", "Guten Morgen,", ""),
}
CLOSINGS: Phrases = {
    "en": ("Thanks,", "Best regards,", "Please help.", "Kind regards,", ""),
    "de": ("Danke,", "Viele Grüße,", "Bitte um Hilfe.", "Mit freundlichen Grüßen,", ""),
}
THINGS: Phrases = {
    "en": ("lamp", "garden chair", "kettle", "blue jacket", "bookshelf", "pair of boots"),
    "de": ("Lampe", "Gartenbank", "Teekanne", "blaue Jacke", "Kommode", "Tischdecke"),
}
SYLLABLES = ("bra", "kel", "mi", "dov", "ta", "rin", "gus", "lo", "wen", "pa", "sche", "zu", "fir")

PHRASES: dict[str, Phrases] = {
    "delivery": {
        "en": (
            "My parcel has not arrived yet.",
            "The courier says order {number} was delivered, but nothing is here.",
            "When will the {thing} be delivered?",
            "Tracking has not moved for five days.",
            "Can you ship order {number} to another address?",
        ),
        "de": (
            "Mein Paket ist noch nicht angekommen.",
            "Laut Bote ist die Bestellung {number} zugestellt, hier ist aber nichts.",
            "Wann wird die {thing} geliefert?",
            "Die Sendungsverfolgung bewegt sich seit fünf Tagen nicht.",
            "Bitte liefern Sie {number} an eine andere Adresse.",
        ),
    },
    "returns": {
        "en": (
            "I want to send the {thing} back.",
            "Please give me a return label for order {number}.",
            "The {thing} does not fit, how do I exchange it?",
            "How long can I return something?",
            "I would like to swap it for another size.",
        ),
        "de": (
            "Ich möchte die {thing} zurückschicken.",
            "Bitte senden Sie mir ein Rücksendeetikett für {number}.",
            "Die {thing} passt nicht, wie kann ich umtauschen?",
            "Wie lange habe ich ein Rückgaberecht?",
            "Ich hätte gern eine andere Größe im Umtausch.",
        ),
    },
    "invoice": {
        "en": (
            "The invoice for order {number} is wrong.",
            "I was charged twice for the {thing}.",
            "Please send me the invoice as a PDF.",
            "My payment was declined.",
            "Why is there a fee on my bill?",
        ),
        "de": (
            "Die Rechnung zur Bestellung {number} ist falsch.",
            "Die {thing} wurde doppelt abgebucht.",
            "Bitte senden Sie mir die Rechnung als PDF.",
            "Meine Zahlung wurde abgelehnt.",
            "Warum steht eine Gebühr auf der Rechnung?",
        ),
    },
    "account": {
        "en": (
            "I cannot log in to my account.",
            "The password reset mail does not come.",
            "Please change the email address of my account.",
            "My login is locked after three attempts.",
            "How do I delete my account?",
        ),
        "de": (
            "Ich kann mich nicht in mein Konto einloggen.",
            "Die Mail für das neue Passwort kommt nicht.",
            "Bitte ändern Sie die Mailadresse meines Kontos.",
            "Mein Zugang ist nach drei Versuchen gesperrt.",
            "Wie lösche ich mein Kundenkonto?",
        ),
    },
    "product": {
        "en": (
            "The {thing} broke after one week.",
            "Is the {thing} available in green?",
            "A screw is missing for the {thing}.",
            "What material is the {thing} made of?",
            "Is there a manual for the {thing}?",
        ),
        "de": (
            "Die {thing} ist nach einer Woche kaputt gegangen.",
            "Gibt es die {thing} auch in Grün?",
            "Bei der {thing} fehlt eine Schraube.",
            "Aus welchem Material ist die {thing}?",
            "Gibt es eine Anleitung für die {thing}?",
        ),
    },
}
BOTH: tuple[tuple[tuple[str, str], Phrases], ...] = (
    (
        ("returns", "invoice"),
        {
            "en": ("I sent the {thing} back and my money has not come.", "Where is my refund?"),
            "de": ("Ich habe die {thing} zurückgegeben und kein Geld erhalten.",),
        },
    ),
    (
        ("delivery", "product"),
        {
            "en": ("The {thing} came damaged in its box.", "Part of order {number} is not there."),
            "de": ("Die {thing} kam beschädigt an.", "Ein Teil von {number} ist nicht dabei."),
        },
    ),
)
"""Two queues, and what fits either."""

OUT_OF_SCOPE: Phrases = {
    "en": (
        "We are a school and look for sponsors of our summer party.",
        "Are there open jobs in your warehouse?",
        "We offer search engine services at a fair price.",
        "I am a journalist and would like an interview.",
        "Do you know a good restaurant near your store?",
        "Who won the match last night?",
    ),
    "de": (
        "Wir sind eine Schule und suchen Sponsoren für das Sommerfest.",
        "Gibt es offene Stellen in Ihrem Lager?",
        "Wir bieten Werbung in Suchmaschinen zu fairen Preisen.",
        "Ich schreibe für eine Zeitung und bitte um ein Gespräch.",
        "Kennen Sie ein gutes Lokal in der Nähe Ihres Ladens?",
        "Wie wird das Wetter am Wochenende?",
    ),
}
