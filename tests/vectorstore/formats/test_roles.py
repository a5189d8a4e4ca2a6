from vectorstore.formats import parse


def roles(text, name="talk.txt", **options):
    return dict(parse(text.encode(), name, **options).speakers)


def test_who_asks_is_the_interviewer_though_somebody_else_speaks_first():
    text = (
        "Ray: It is late already.\n\nLee: Is it? Why?\n\nRay: The train stood.\n\n"
        "Lee: Where?\n\nRay: In a field.\n"
    )
    assert roles(text) == {"Ray": "interviewee", "Lee": "interviewer"}


def test_where_nobody_asks_roles_stay_unknown():
    text = "Ray: It is late.\n\nLee: Indeed it is.\n\nRay: The train stood.\n\nLee: So I heard.\n"
    assert set(roles(text).values()) == {"unknown"}


def test_several_can_ask_and_several_answer():
    talk = (
        "Low: Where was it?\n\nRay: In a garage, long ago, on the hill.\n\n"
        "Moon: Why there?\n\nToll: It was cheap and we had no money at all then.\n\n"
    )
    assert roles(talk * 3) == {
        "Low": "interviewer",
        "Ray": "interviewee",
        "Moon": "interviewer",
        "Toll": "interviewee",
    }


def test_who_has_a_name_answers_where_questions_are_marked():
    text = (
        "MS. LOW: Welcome. Are you ready? Who begins?\n\nQ  I do. It rains.\n\n"
        "MS. LOW: Does it?\n\nQ  It does.\n"
    )
    assert roles(text) == {"MS. LOW": "interviewee", "unknown speaker": "interviewer"}


def test_the_interviewee_in_the_title_leaves_the_other_as_interviewer():
    text = (
        "Interview with Dana Low\n\nLow: It rained, it snowed.\n\nJM: So?\n\n"
        "Low: So we left.\n\nJM: I see.\n"
    )
    assert roles(text) == {"Dana Low": "interviewee", "JM": "interviewer"}


def test_hosts_and_guests_in_front_matter_say_who_asks():
    text = (
        "---\nhosts: [Ann Lee]\nguests:\n  - Bob Ray\n---\nAnn: It rains.\n\n"
        "Bob: Does it? Why?\n\nAnn: Clouds.\n\nBob: Oh?\n"
    )
    assert roles(text, "talk.md") == {"Ann Lee": "interviewer", "Bob Ray": "interviewee"}


def test_the_interviewer_named_by_the_user_is_believed():
    text = "Ann: It rains.\n\nBob: Does it? Why?\n\nAnn: Clouds.\n\nBob: Oh? So?\n"
    assert roles(text, interviewer="Ann") == {"Ann": "interviewer", "Bob": "interviewee"}


def test_words_before_the_first_label_of_captions_have_no_role():
    text = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\nHow are you?\n\n"
        "00:03.000 --> 00:04.000\n>> BOB: Good.\n"
    )
    assert roles(text, "talk.vtt")["unknown speaker"] == "unknown"
