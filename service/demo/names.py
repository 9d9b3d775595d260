"""Names that nobody could take for a person's. Nothing else lives here."""

GIVEN = (
    "Ada", "Alex", "Ana", "Aria", "Ash", "Bea", "Ben", "Blue", "Cam", "Carla", "Cleo", "Cruz", "Dana", "Dee",
    "Diego", "Ela", "Eli", "Emi", "Erin", "Fay", "Finn", "Flor", "Gil", "Gus", "Hana", "Hugo", "Ida", "Iker",
    "Ira", "Jade", "Jay", "Jo", "Juno", "Kai", "Kim", "Lane", "Leo", "Lior", "Luz", "Mar", "Mika", "Milo",
    "Nia", "Nico", "Noa", "Olga", "Oz", "Pat", "Paz", "Pia", "Quinn", "Ray", "Rio", "Ro", "Sage", "Sky",
    "Sol", "Tam", "Tao", "Uma", "Val", "Vera", "Wren", "Xan", "Yara", "Yuri", "Zoe",
)  # fmt: skip
FAMILY = (
    "Example", "Sample", "Testcase", "Placeholder", "Specimen", "Fictional", "Demo", "Nobody", "Invented",
    "Mockup", "Dummy", "Pretend", "Madeup", "Synthetic", "Imaginary", "Template", "Prototype", "Notreal",
    "Ejemplo", "Muestra", "Prueba", "Ficticia", "Inventado", "Supuesto",
)  # fmt: skip
PRONOUNS = ("she/her", "he/him", "they/them", "")
GUARDIANS = (
    ("Rosa", "mother"),
    ("Omar", "father"),
    ("Lin", "mother"),
    ("Ari", "grandparent"),
    ("Teo", "father"),
)
