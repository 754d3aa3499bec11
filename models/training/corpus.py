"""Sentences for the synthetic training speech: policing and everyday talk, written for this project.

Three kinds are mixed. Sentences from templates teach the wording that the tests use. Random orders of words teach the
network to listen instead of guessing from the words before. Two sentence halves joined at random teach it that a known
beginning need not have its known end. All text is lower case, without punctuation and figures, as a voice speaks it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from models.training.synthesis import RATE_HZ, Samples, Speech, Timed, synthesise

CLEAR_VOICES = ("slt", "rms", "awb")

SLOTS: Mapping[str, Sequence[str]] = {
    "name": [
        "smith",
        "jones",
        "garcia",
        "miller",
        "davis",
        "lopez",
        "wilson",
        "baker",
        "carter",
        "nelson",
        "rivera",
        "cooper",
    ],
    "first": [
        "john",
        "maria",
        "david",
        "sarah",
        "kevin",
        "angela",
        "james",
        "linda",
        "robert",
        "emma",
        "daniel",
        "grace",
    ],
    "title": ["sir", "ma'am", "buddy", "man", "folks", "everybody", "officer", "miss"],
    "unit": [
        "unit two",
        "unit seven",
        "adam four",
        "adam twelve",
        "baker two",
        "charlie six",
        "car nine",
        "car fifteen",
        "dispatch",
    ],
    "number": [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "twelve",
        "fifteen",
        "twenty",
        "thirty",
        "forty",
        "fifty",
    ],
    "colour": ["red", "blue", "white", "black", "green", "silver", "gray", "brown", "yellow"],
    "vehicle": ["car", "van", "truck", "bike", "bus", "trailer", "pickup", "sedan"],
    "street": [
        "main street",
        "oak street",
        "park avenue",
        "second street",
        "river road",
        "north avenue",
        "hill drive",
        "the bridge",
    ],
    "place": [
        "house",
        "store",
        "school",
        "station",
        "hospital",
        "parking lot",
        "garage",
        "kitchen",
        "back yard",
        "front door",
        "corner",
        "alley",
    ],
    "thing": [
        "knife",
        "gun",
        "phone",
        "bag",
        "wallet",
        "bottle",
        "stick",
        "license",
        "key",
        "hammer",
        "jacket",
        "camera",
        "box",
        "paper",
    ],
    "drop": ["knife", "gun", "phone", "bag", "bottle", "stick", "hammer", "weapon", "rock", "bat"],
    "hand": ["hand", "hands", "arm", "arms"],
    "clothes": ["shirt", "jacket", "coat", "hat", "pants", "shoes", "hood", "sweater"],
    "person": [
        "man",
        "woman",
        "boy",
        "girl",
        "driver",
        "passenger",
        "neighbor",
        "brother",
        "sister",
        "mother",
        "father",
        "friend",
        "witness",
        "suspect",
    ],
    "time": ["today", "tonight", "this morning", "last night", "right now", "again", "a minute ago", "an hour ago"],
    "feel": ["scared", "tired", "angry", "hurt", "cold", "sick", "upset", "fine", "okay", "sorry", "dizzy"],
    "where": [
        "on the ground",
        "behind your back",
        "on your head",
        "on the wall",
        "in the air",
        "on the wheel",
        "out of your pockets",
    ],
    "urge": ["now", "right now", "please", "do it now", "slowly", "for me"],
    "side": ["left", "right", "front", "back", "inside", "outside"],
    "food": ["coffee", "water", "bread", "dinner", "lunch", "pizza", "soup", "milk"],
    "day": ["monday", "tuesday", "friday", "saturday", "sunday", "tomorrow", "yesterday"],
}
"""slot name -> what may stand there"""

TEMPLATES: Sequence[str] = (
    # commands
    "stop", "stop right there", "police stop right there", "police don't move", "do not move", "hands up",
    "show me your hands", "let me see your hands {urge}", "put your hands {where}", "put your hands up {urge}",
    "keep your hands {where}", "keep your hands where i can see them", "drop the {drop}", "drop the {drop} {urge}",
    "put the {drop} down", "put down the {drop} {urge}", "get on the ground {urge}", "get down on the ground",
    "get out of the {vehicle}", "step out of the {vehicle} {urge}", "step out of the {vehicle} for me {title}",
    "turn around", "turn around and face the wall", "turn off the engine", "roll down your window {title}",
    "sit down on the curb", "sit down {urge}", "stay back", "stay in the {vehicle}", "stay where you are",
    "come over here {urge}", "come here and talk to me", "walk back to me", "walk toward my voice slowly",
    "get back in the {vehicle}", "get your {hand} out of your pockets", "take your {hand} {where}",
    "give me your {hand}", "stop resisting", "stop fighting", "lie down on your stomach", "on your knees {urge}",
    "open the door", "open the door {urge}", "close the door", "move over to the {side}", "back up", "back up {urge}",
    "don't reach for the {thing}", "do not reach {side}", "leave the {thing} alone", "let go of the {thing}",
    "look at me", "listen to me {title}", "face away from me", "cross your legs", "spread your feet",
    "drop it", "drop it {urge}", "get away from the {vehicle}", "step back from the {place}",
    "come out with your hands up", "put it down", "calm down {title}", "relax {title}",
    "i need you to step {side}", "i need you to listen to me",
    # several officers, radio
    "{unit} i have one in custody", "{unit} send another unit to {street}", "{unit} show me on scene at {street}",
    "{unit} we need a medic at {street}", "{unit} copy", "copy that {unit}", "we are at {street} and {street}",
    "i need backup at {street}", "shots fired at {street}", "one male in a {colour} {clothes}",
    "the suspect is a {person} in a {colour} {clothes}", "{colour} {vehicle} heading {side} on {street}",
    "run the plate on a {colour} {vehicle}", "the plate is {number} {number} {number}", "i have him", "cuff him",
    "taser taser taser", "i need a supervisor at {street}", "hello {title}",
    "watch his {hand}", "he has a {drop}", "she has a {drop} in her {hand}", "gun gun gun", "i am going in",
    "cover the {side} door", "one of you talk to him", "let one person talk", "i will talk to her you stand by",
    "he is running toward the {place}", "check the {place}", "the {place} is clear", "we are clear here",
    # names, reasons, tone
    "my name is officer {name}", "i am officer {name} with the city police", "hi i am officer {name}",
    "what is your name {title}", "what is your name", "my name is {first} {name}", "my name is {first}",
    "can i call you {first}", "thank you {first}", "how are you doing {time} {title}", "what is going on {time}",
    "the reason i stopped you is your {side} light is out", "the reason i am here is that your {person} called us",
    "somebody called about a {person} with a {thing}", "i just want to talk", "i am here to help you {title}",
    "nobody is in trouble", "take your time", "take a deep breath {first}", "let us slow down",
    "i understand you are {feel}", "i hear you {first}", "i am {feel} {title}", "are you {feel}", "she is {feel}",
    "are you hurt", "do you need a doctor", "do you need some {food}", "can you hear me {first}",
    "if you do not come out i will use the dog", "you are not under arrest", "you are under arrest",
    "you are free to go", "you have the right to remain silent", "do you understand me",
    "can you tell me what happened",
    "what happened here {time}", "is anybody else in the {place}", "who else is {side}", "where is the {thing}",
    "where is your {person}", "is there a {thing} in the {vehicle}", "may i see your license please",
    "license and registration please", "do you know how fast you were going", "you were going {number} over the limit",
    "i am turning my camera off", "i am going to mute my camera", "is your camera on", "my camera is on",
    # people and everyday talk
    "i didn't do anything", "i did not do it", "please don't shoot", "don't hurt me", "i can't breathe", "i am sorry",
    "leave me alone", "get your hands off me", "what did i do", "why are you here", "why did you stop me",
    "i want my {person}",
    "i want a lawyer", "he took my {thing}", "somebody took my {thing} {time}", "i lost my {thing}",
    "it is in the {place}", "it is in my {vehicle}", "that is my {thing}", "this is not my {thing}",
    "i live on {street}", "i live here with my {person}", "my {person} is in the {place}", "she is my {person}",
    "he was at the {place} {time}", "they were here {time}", "we were at the {place} on {day}",
    "i was making {food} in the kitchen", "we had {food} at the {place}", "would you like some {food}",
    "i go to work on {day}", "see you {day}", "call me on {day}", "the {person} went to the {place}",
    "the {vehicle} is {colour}", "i saw a {colour} {vehicle} on {street}", "he drove away in a {colour} {vehicle}",
    "there were {number} people in the {vehicle}", "i have {number} children", "it was about {number} minutes ago",
    "okay", "okay okay", "yes {title}", "no {title}", "all right {title}", "thank you", "thank you very much officer",
    "i don't know", "i don't know what you mean", "wait a minute", "please wait {side}", "good morning {title}",
    "good evening {title}", "have a good night {title}", "drive safe", "it is raining {time}", "it is very {feel} here",
)  # fmt: skip
"""Sentence patterns; `{slot}` is filled from SLOTS."""

_SLOT = re.compile(r"\{(\w+)\}")


def from_template(rng: random.Random, template: str | None = None) -> str:
    """One sentence; every slot is filled on its own."""
    pattern = rng.choice(TEMPLATES) if template is None else template
    return _SLOT.sub(lambda m: rng.choice(SLOTS[m.group(1)]), pattern)


def vocabulary() -> tuple[str, ...]:
    """Every word that a sentence can hold, in order of the alphabet."""
    texts = [_SLOT.sub(" ", t) for t in TEMPLATES] + [entry for options in SLOTS.values() for entry in options]
    return tuple(sorted({word for text in texts for word in text.split()}))


def _random_words(rng: random.Random, words: Sequence[str]) -> str:
    return " ".join(rng.choices(words, k=rng.randint(2, 7)))


def _joined_halves(rng: random.Random) -> str:
    first, second = from_template(rng).split(), from_template(rng).split()
    return " ".join(first[: rng.randint(1, len(first))] + second[rng.randrange(len(second)) :])


def sentences(seed: int) -> Iterator[str]:
    """Endless sentences: 70 % templates, 20 % halves of two, 10 % random words. The same seed gives the same ones."""
    rng = random.Random(seed)
    words = vocabulary()
    while True:
        kind = rng.random()
        if kind < 0.70:
            yield from_template(rng)
        elif kind < 0.90:
            yield _joined_halves(rng)
        else:
            yield _random_words(rng, words)


def spoken(text: str, rng: np.random.Generator) -> Speech:
    """The text in a voice, pace, size and effort drawn at random; one in seven is raised or shouted."""
    voice = CLEAR_VOICES[int(rng.integers(len(CLEAR_VOICES)))]
    formant = float(rng.uniform(-1.5, 1.5)) if rng.random() < 0.3 else 0.0
    effort = float(rng.uniform(0.2, 1.0)) if rng.random() < 0.15 else 0.0
    pitch = formant + float(rng.uniform(-1.5, 1.5)) * (voice != "rms")
    return synthesise(
        text,
        voice,
        speed=float(rng.uniform(0.88, 1.15)),
        pitch_semitones=pitch,
        formant_semitones=formant,
        effort=effort,
    )


def joined(parts: Sequence[Speech], pauses: Sequence[float]) -> Speech:
    """Utterances one after the other; `pauses` are the silences before each and after the last, in seconds."""
    pieces: list[Samples] = []
    words: list[Timed] = []
    phones: list[Timed] = []
    length = 0
    for part, pause in zip(parts, pauses, strict=False):
        pieces += [np.zeros(round(pause * RATE_HZ), np.float32), part.samples]
        at = (length + len(pieces[-2])) / RATE_HZ
        length += len(pieces[-2]) + len(pieces[-1])
        words += [(text, start + at, end + at) for text, start, end in part.words]
        phones += [(text, start + at, end + at) for text, start, end in part.phones]
    pieces.append(np.zeros(round(pauses[-1] * RATE_HZ), np.float32))
    return Speech(np.concatenate(pieces), tuple(words), tuple(phones))


def noise(count: int, rng: np.random.Generator) -> Samples:
    """White, brown (rumble) or pink-like noise at RMS 1."""
    spectrum = np.fft.rfft(rng.standard_normal(count + 2))
    slope = float(rng.choice([0.0, 0.5, 1.0]))
    spectrum *= np.maximum(np.arange(len(spectrum)), 20.0) ** -slope
    sound = np.fft.irfft(spectrum)[:count]
    return np.asarray(sound / (sound.std() + 1e-9), np.float32)


def echoed(samples: Samples, rng: np.random.Generator) -> Samples:
    """A small room: a decaying noise tail of 0.1 to 0.35 s behind the direct sound."""
    decay = float(rng.uniform(0.1, 0.35))
    tail = rng.standard_normal(round(decay * RATE_HZ)) * np.exp(-6.9 * np.linspace(0, 1, round(decay * RATE_HZ)))
    tail *= float(rng.uniform(0.1, 0.5)) / (np.sqrt((tail**2).sum()) + 1e-9)
    size = len(samples) + len(tail)
    wet = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(tail, size), size)[: len(samples)]
    return np.asarray(samples + wet, np.float32)


def disturbed(samples: Samples, rng: np.random.Generator) -> Samples:
    """The sound as another microphone might give it: room, noise at 12 to 45 dB below the speech, any level."""
    sound: NDArray[np.float32] = echoed(samples, rng) if rng.random() < 0.2 else samples
    level = float(np.sqrt((sound**2).mean()) + 1e-6)
    floor_db = float(rng.uniform(12, 45))
    sound = sound + noise(len(sound), rng) * level * 10 ** (-floor_db / 20)
    return np.asarray(np.clip(sound * 10 ** (rng.uniform(-14, 8) / 20), -1, 1), np.float32)
