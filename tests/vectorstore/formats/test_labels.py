"""Each test is one way to write who speaks."""

import pytest

from vectorstore.formats import parse


def said(text, name="talk.txt", **options):
    """Every turn as (speaker, role, first words)."""
    transcript = parse(text.encode(), name, **options)
    return [
        (turn.speaker, turn.role, " ".join(transcript.text[turn.start : turn.end].split()[:3]))
        for turn in transcript.turns
    ]


ASKED = ("unknown speaker", "interviewer")
ANSWERED = ("unknown speaker", "interviewee")
ANN_AND_BOB = [
    ("Ann Lee", "interviewer", "Where was it?"),
    ("Bob Ray", "interviewee", "In a garage"),
    ("Ann Lee", "interviewer", "And then, where?"),
    ("Bob Ray", "interviewee", "We moved to"),
]
TALK = ["Where was it?", "In a garage on the hill.", "And then, where?", "We moved to Maine."]


def dialogue(*shape):
    """The talk of Ann Lee and Bob Ray with the two labels of `shape` before the words."""
    return "\n\n".join(f"{shape[i % 2]}{words}" for i, words in enumerate(TALK))


@pytest.mark.parametrize(
    ("asks", "answers"),
    [
        ("Ann Lee: ", "Bob Ray: "),
        ("Ann Lee:\n\n", "Bob Ray:\n\n"),
        ("Ann Lee\n", "Bob Ray\n"),
        ("**Ann Lee:** ", "**Bob Ray:** "),
        ("**Ann Lee**: ", "**Bob Ray**: "),
        ("Ann Lee\t", "Bob Ray\t"),
        ("Ann Lee — ", "Bob Ray — "),
        ("[Ann Lee] ", "[Bob Ray] "),
        (">> Ann Lee: ", ">> Bob Ray: "),
        ("Ann Lee (host): ", "Bob Ray (on the phone): "),
        ("Ann Lee: ", "Bob Ray [translated]: "),
        ("Ann Lee     ", "Bob Ray     "),
        ("\u200eAnn Lee: ", "Bob Ray\u200b:\xad "),
        ("[12/03/2021, 2:22:01\u202fPM] Ann Lee: ", "[12/03/2021, 2:23:01\u202fPM] Bob Ray: "),
        ("12/03/2021, 14:22 - Ann Lee: ", "12/03/2021, 14:23 - Bob Ray: "),
        ("14:22:01\t From Ann Lee to Everyone : ", "14:23:01\t From Bob Ray to Everyone : "),
        ("Ann Lee  2:22 PM\n", "Bob Ray  2:23 PM\n"),
        ("Ann Lee — Today at 2:22 PM\n", "Bob Ray — Today at 2:23 PM\n"),
        ("1\tAnn Lee\t", "2\tBob Ray\t"),
        ("<Ann Lee> ", "<Bob Ray> "),
        ("Ann Lee | ", "Bob Ray | "),
        ("Ann Lee> ", "Bob Ray> "),
        ("• Ann Lee: ", "• Bob Ray: "),
        ("Interviewer (Ann Lee): ", "Interviewee (Bob Ray): "),
    ],
)
def test_a_name_before_the_words_is_a_label_however_it_is_set(asks, answers):
    turns = said(dialogue(asks, answers))
    if "[" in asks:  # two brackets alone might be remarks; three of one name are not
        turns = said(dialogue(asks, answers) + "\n\n" + dialogue(asks, answers))[:4]
    assert turns == ANN_AND_BOB


@pytest.mark.parametrize(
    ("asks", "answers"),
    [
        ("Q: ", "A: "),
        ("Q. ", "A. "),
        ("Q    ", "A    "),
        ("Q\xa0\xa0", "A\xa0\xa0"),
        ("Q1: ", "A1: "),
        ("Q1. ", "A1. "),
        ("Q) ", "A) "),
        ("[Q] ", "[A] "),
        ("Q.—", "A.—"),
        ("Int: ", "Resp: "),
        ("Int. ", "Resp. "),
        ("IV: ", "IE: "),
        ("Question 1: ", "Answer: "),
        ("Q\n", "A\n"),
        ("P. ", "R. "),
        ("Q. — ", "R. — "),
        ("Pregunta. ", "Respuesta. "),
        ("问：", "答："),
        ("Question: ", "Answer: "),
        ("INTERVIEWER: ", "INTERVIEWEE: "),
        ("I: ", "R: "),
        ("Frage: ", "Antwort: "),
        ("Question : ", "Réponse : "),
    ],
)
def test_marks_of_question_and_answer_give_roles_but_no_names(asks, answers):
    turns = said(dialogue(asks, answers))
    assert [turn[:2] for turn in turns] == [ASKED, ANSWERED] * 2


@pytest.mark.parametrize(
    "shape",
    [
        ("Ann Lee: [00:01:0{}] ", "Bob Ray: [00:01:0{}] "),
        ("Ann Lee: 00:01:0{}\n\n", "Bob Ray: 00:01:0{}\n\n"),
        ("[00:01:0{}] Ann Lee: ", "[00:01:0{}] Bob Ray: "),
        ("Ann Lee (1:0{}): ", "Bob Ray (1:0{}): "),
        ("Ann Lee  1:0{}\n", "Bob Ray  1:0{}\n"),
        ("Ann Lee\n00:01:0{}\n", "Bob Ray\n00:01:0{}\n"),
        ("00:01:0{}\nAnn Lee\n", "00:01:0{}\nBob Ray\n"),
        ("[00:01:0{}.0 --> 00:02:00.0] Ann Lee: ", "[00:01:0{}.0 --> 00:02:00.0] Bob Ray: "),
    ],
)
def test_times_beside_labels_are_kept_and_are_in_no_turn(shape):
    text = "\n\n".join(shape[i % 2].format(i) + words for i, words in enumerate(TALK))
    transcript = parse(text.encode(), "talk.txt")
    assert [turn.time_start for turn in transcript.turns] == [60.0, 61.0, 62.0, 63.0]
    assert [turn.time_end for turn in transcript.turns] == [61.0, 62.0, 63.0, None]
    assert [transcript.text[turn.start : turn.end] for turn in transcript.turns] == TALK


def test_long_names_at_first_and_short_ones_afterwards_are_one_person():
    turns = said(
        "Ann Marie Lee: Where was it?\n\nDr. Bob Ray: In a garage.\n\n"
        "LEE: And then?\n\nRAY: We moved.\n\nLee: Why?\n\nDr. Ray: It burnt.\n"
    )
    assert [turn[0] for turn in turns] == ["Ann Marie Lee", "Dr. Bob Ray"] * 3


def test_a_short_name_that_fits_two_people_is_nobody_else():
    turns = said(
        "Jane Low: One thing.\n\nJohn Low: Another thing.\n\nLow: A third.\n\n"
        "Jane Low: And more.\n\nJohn Low: No more.\n\nLow: The end of it.\n"
    )
    assert [turn[0] for turn in turns] == ["Jane Low", "John Low", "Low"] * 2


def test_a_colon_in_prose_is_no_label():
    turns = said(
        "Q: What matters?\n\nA: Three things:\n\nSpeed: it must be fast.\n\n"
        "Note: this too. Remember: it rains.\n\nThe point: none.\n\nQ: Anything else?\n\nA: No.\n"
    )
    assert len(turns) == 4


def test_a_lone_article_with_colons_has_no_speakers():
    text = "Some words about: colons.\n\n" * 30 + "Update: more.\n\nParis: rain.\n\nParis: sun.\n\n"
    assert {turn[:2] for turn in said(text)} == {("unknown speaker", "unknown")}


def test_a_file_without_labels_is_all_by_an_unknown_speaker():
    turns = said("A Talk on Garages\n\nIt began there.\n\nIt did not end there.\n")
    assert turns == [("unknown speaker", "unknown", "It began there.")]


def test_times_after_the_words_are_in_no_turn():
    turns = parse(b"AL: Where? #00:00:04-2#\n\nBR: Here. #00:00:09-1#\n\nAL: When? #00:00:12-0#\n\n"
                  b"BR: Now. #00:00:14-3#\n", "t.txt").turns  # fmt: skip
    assert [turn.end - turn.start for turn in turns] == [6, 5, 5, 4]


def test_people_with_numbers_keep_them():
    turns = said(
        "(PERSON15) Where was it?\n(PERSON3) In a garage.\n(PERSON15) When?\n(PERSON3) May.\n"
    )
    assert [turn[:2] for turn in turns] == [
        ("PERSON15", "interviewer"),
        ("PERSON3", "interviewee"),
    ] * 2


def test_initials_stay_initials_without_a_legend():
    turns = said("MSM: How so?\n\nKT: By chance it was.\n\nMSM: When?\n\nKT: In May or June.\n")
    assert [turn[:2] for turn in turns] == [("MSM", "interviewer"), ("KT", "interviewee")] * 2


@pytest.mark.parametrize(
    ("asks", "answers"),
    [
        ("A.L.: ", "B.R.: "),
        ("A.L. ", "B.R. "),
        ("AL  ", "BR  "),
        ("AL - ", "BR - "),
        ("(AL) ", "(BR) "),
        ("AL\n", "BR\n"),
        ("LEE. ", "RAY. "),
        ("ANN LEE.--", "BOB RAY.--"),
    ],
)
def test_initials_and_capitals_are_kept_as_written(asks, answers):
    turns = said(dialogue(asks, answers) + "\n\n" + dialogue(asks, answers))
    names = {"A.L.", "B.R.", "AL", "BR", "LEE", "RAY", "ANN LEE", "BOB RAY"}
    assert len({turn[0] for turn in turns} & names) == 2
    assert [turn[1] for turn in turns] == ["interviewer", "interviewee"] * 4


def test_capitals_and_initials_in_prose_are_no_labels():
    text = (
        "J.S. Bach wrote it. NATO. What of it?\n\nNATO. It met. And again it met.\n\n"
        "Then it rained.\n\nJ.S. Bach did not.\n\nIn     the end it rained.\n"
    )
    assert {turn[:2] for turn in said(text)} == {("unknown speaker", "unknown")}


def test_a_headline_that_begins_with_an_article_is_no_answer():
    assert said("A Garage\n\n" + dialogue("Q. ", "A. "))[0] == (*ASKED, "Where was it?")


def test_an_interpreter_neither_asks_nor_answers():
    talk = "Lee: Where?\n\nInterpreter: Var?\n\nRay: Här.\n\nInterpreter: Here.\n\n"
    assert {turn[:2] for turn in said(talk * 2)} == {
        ("Lee", "interviewer"),
        ("Interpreter", "unknown"),
        ("Ray", "interviewee"),
    }


@pytest.mark.parametrize(
    "legend",
    [
        "Talk with Kim Toll (KT) by Mary S. Moon (MSM)",
        "MSM: Mary S. Moon\nKT: Kim Toll",
        "MSM = Mary Moon, KT = Kim Toll",
        "MSM\tMary S. Moon\nKT\tKim Toll",
        "Present: Mary S. Moon [MSM], Kim Toll [KT]",
        "Interviewer: Mary S. Moon (MSM)\nInterviewee: Kim Toll (KT)",
    ],
)
def test_a_legend_turns_initials_into_names(legend):
    turns = said(legend + "\n\nMSM: How so?\n\nKT: By chance.\n\nMSM: When?\n\nKT: In May.\n")
    assert [turn[1:] for turn in turns][:2] == [
        ("interviewer", "How so?"),
        ("interviewee", "By chance."),
    ]
    assert {turn[0] for turn in turns} in (
        {"Mary S. Moon", "Kim Toll"},
        {"Mary Moon", "Kim Toll"},
    )


def test_the_user_can_name_labels_and_the_interviewer():
    text = "MSM: So it was.\n\nKT: By chance it was.\n\nMSM: I see.\n\nKT: In May or June.\n"
    turns = said(text, interviewer="Mary Moon", speakers={"KT": "Kim Toll"})
    assert [turn[:2] for turn in turns] == [
        ("Mary Moon", "interviewer"),
        ("Kim Toll", "interviewee"),
    ] * 2


def test_handles_are_labels_where_they_return():
    turns = said(dialogue("stark: ", "ray9: ") + "\n\n" + dialogue("stark: ", "ray9: "))
    assert [turn[0] for turn in turns] == ["stark", "ray9"] * 4


def test_chat_names_are_labels():
    turns = said("<ann> where was it?\n<bob> garage\n<ann> when?\n<bob> may\n")
    assert [turn[0] for turn in turns] == ["ann", "bob"] * 2


def test_a_hearing_ends_its_labels_with_a_full_stop():
    turns = said(
        "    Mr. SMITH. Where was it?\n    Ms. LOW. In a garage, sir.\n"
        "    Mr. SMITH. When?\n    Ms. LOW. In May, I believe, Mr. Smith. It rained.\n"
    )
    assert [turn[0] for turn in turns] == ["Mr. SMITH", "Ms. LOW"] * 2


def test_a_label_whose_blank_line_or_space_is_missing_is_still_one():
    turns = said(
        "MS. LOW: It rained.\n\nQ   Where?\n\nMS. LOW:Here it did.\n\nQ   When?\nMS. LOW: In May.\n"
        "\nQ   Why?\n\nMS. LOW: Nobody knows.\n\nQ   Truly?\n\nMS. LOW: Truly.\n"
    )
    assert [turn[0] for turn in turns] == ["MS. LOW", "unknown speaker"] * 4 + ["MS. LOW"]


def test_radio_transcripts_tell_the_host():
    turns = said(
        "STEVE LOW, HOST:\n\nGood morning. It rains.\n\nJANE DOE: It rains because of clouds.\n\n"
        "LOW: Clouds.\n\nDOE: Water. Steve Low knows. Jane Doe does.\n\n(SOUNDBITE OF MUSIC)\n\n"
        "LOW: Bye.\n"
    )
    assert turns == [
        ("Steve Low", "interviewer", "Good morning. It"),
        ("Jane Doe", "interviewee", "It rains because"),
        ("Steve Low", "interviewer", "Clouds."),
        ("Jane Doe", "interviewee", "Water. Steve Low"),
        ("Steve Low", "interviewer", "Bye."),
    ]


def test_unlabelled_paragraphs_go_on_with_the_last_speaker():
    transcript = parse(b"Q: Why?\n\nA: One.\n\nTwo.\n\nThree.\n\nQ: And?\n\nA: Four.\n", "t.txt")
    assert transcript.text[slice(transcript.turns[1].start, transcript.turns[1].end)] == (
        "One.\n\nTwo.\n\nThree."
    )


def test_directions_and_headings_between_paragraphs_are_nobodys_words():
    text = (
        "Q: Why?\n\nA: One.\n\n[Laughter.]\n\nTwo.\n\n* * *\n\nQ: And?\n\n"
        "A: (Laughs.) Four.\n\n3:20 P.M. EST\n"
    )
    assert [turn[2] for turn in said(text)] == ["Why?", "One.", "Two.", "And?", "(Laughs.) Four."]


def test_a_chevron_without_a_name_is_somebody_unknown():
    turns = said(">> ANN: It rains.\n>> Does it?\n>> BOB: It does.\n>> Oh.\n>> ANN: Yes.\n")
    names = [turn[0] for turn in turns]
    assert names == ["ANN", "unknown speaker", "BOB", "unknown speaker", "ANN"]


def test_dashes_part_the_turns_of_people_without_names():
    turns = said("— Where was it?\n\n— In a garage.\n\nOn a hill.\n\n— When?\n\n— In May.\n")
    assert turns == [
        ("unknown speaker", "unknown", words)
        for words in ("Where was it?", "In a garage.", "When?", "In May.")
    ]


def test_a_list_with_dashes_is_one_persons():
    assert len(said("What it takes:\n\n- rain\n- snow\n- time?\n\nThat is all.\n")) == 1


def test_two_lines_are_enough_if_every_line_has_a_label():
    assert said("Alice: How are you?\nBob: Fine.\n") == [
        ("Alice", "interviewer", "How are you?"),
        ("Bob", "interviewee", "Fine."),
    ]


def test_authors_initials_are_no_labels():
    text = "Books\n\n" + "P. Lee, On rain.\n\nR. Ray, On snow.\n\n" * 3
    assert {turn[:2] for turn in said(text)} == {("unknown speaker", "unknown")}


def test_people_called_a_and_b_are_two_people():
    turns = said("A: It rains.\n\nB: Does it?\n\nA: It does.\n\nB: Oh.\n")
    assert [turn[0] for turn in turns] == ["A", "B"] * 2


def test_a_word_of_the_kitchen_is_no_asker():
    turns = said("Cider\n\nApples are needed.\n\nPress: hard.\n\nIs it clear? Bottle it.\n")
    assert {turn[:2] for turn in turns} == {("unknown speaker", "unknown")}


def test_labels_in_one_long_line_are_labels():
    line = dialogue("Q: ", "A: ").replace("\n\n", " ")
    assert [turn[:2] for turn in said(line)] == [ASKED, ANSWERED] * 2
    assert len(parse(line.encode(), "t.txt").text) == len(line)
