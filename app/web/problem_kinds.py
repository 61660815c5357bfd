"""The kinds of problems, each with status, title and description in both languages; the page `/api` lists them."""

from collections.abc import Mapping
from typing import NamedTuple

from chainrule.core.text import Text


class Kind(NamedTuple):
    """A kind of problem that says more than its HTTP status."""

    status: int
    title: Text
    description: Text


KINDS: Mapping[str, Kind] = {
    "program": Kind(
        422,
        Text("프로그램을 읽을 수 없음", "The program cannot be read"),
        Text(
            "프로그램이 문법에 어긋나거나 한도를 넘었습니다. `line`, `column`, `end_column`은 위치, `name`은 문제가 "
            "된 이름, `hint`는 고치는 방법, `allowed`는 그 자리에 쓸 수 있는 것을 알려 줍니다.",
            "The program breaks a rule of the language or exceeds a limit. `line`, `column` and `end_column` locate "
            "the error, `name` is the name at fault, `hint` suggests a fix, `allowed` lists what may stand there.",
        ),
    ),
    "input": Kind(
        422,
        Text("입력이 프로그램과 맞지 않음", "The inputs do not fit the program"),
        Text(
            "`name`이 프로그램의 입력이 아니거나, 값이 주어지지 않은 입력이 있습니다.",
            "`name` is not an input of the program, or an input has no value.",
        ),
    ),
    "upstream": Kind(
        422,
        Text("상류의 기울기가 출력과 맞지 않음", "The upstream gradient does not fit the output"),
        Text(
            "`upstream`은 숫자 하나이거나 출력과 모양이 같은 텐서여야 합니다.",
            "`upstream` must be a number, or a tensor of the output's shape.",
        ),
    ),
    "unknown-id": Kind(
        404,
        Text("그런 id가 없음", "Unknown id"),
        Text(
            "그래프의 노드, 에지, 그룹 가운데 이 id를 가진 것이 없습니다.",
            "No node, edge or group of the graph has this id.",
        ),
    ),
    "invalid-request": Kind(
        422,
        Text("요청 형식이 맞지 않음", "The request does not match the call"),
        Text(
            "빠졌거나, 알 수 없거나, 형식이 틀린 항목이 있습니다. `errors`에 항목마다 JSON 포인터가 적혀 있습니다.",
            "A field is missing, unknown or of the wrong type. `errors` lists each with its JSON pointer.",
        ),
    ),
    "too-large": Kind(
        422,
        Text("너무 오래 걸리는 계산", "The computation would take too long"),
        Text(
            "프로그램에는 문제가 없지만, 텐서가 커서 요청한 값을 구하는 데 너무 오래 걸립니다.",
            "The program is valid, but with tensors this large the answer would take too long.",
        ),
    ),
    "memory": Kind(
        422,
        Text("메모리가 너무 많이 드는 계산", "The computation would need too much memory"),
        Text(
            "프로그램에는 문제가 없지만, 값과 기울기를 담을 메모리가 이 서버의 한도보다 많이 듭니다. `name`은 "
            "메모리를 가장 많이 쓰는 노드입니다.",
            "The program is valid, but its values and gradients need more memory than this server allows. `name` is "
            "the node that takes the most.",
        ),
    ),
    "busy": Kind(
        503,
        Text("서버가 바쁨", "The server is busy"),
        Text(
            "계산을 맡을 자리가 한동안 나지 않았습니다. 한 사람이 한꺼번에 쓰는 자리에는 한도가 있습니다.",
            "No place to compute was free for a while. One visitor can only use some of the places at once.",
        ),
    ),
    "deadline": Kind(
        503,
        Text("너무 오래 걸려 멈춘 계산", "The work took too long and was ended"),
        Text(
            "오래 걸리는 계산은 따로 된 프로세스가 하고, 정해진 시간이 지나면 멈춥니다. `detail`은 무엇이 오래 "
            "걸렸고 무엇을 줄이면 되는지 알려 줍니다.",
            "Processes of their own do heavy work, and it ends past the server's limit of time. `detail` says what "
            "took so long and what to make smaller.",
        ),
    ),
    "run-missing": Kind(
        404,
        Text("그런 학습이 없음", "No such run"),
        Text(
            "이 id의 학습이 없거나, 오래 쓰지 않아 지워졌습니다.",
            "No run has this id, or it was idle so long that a newer run replaced it.",
        ),
    ),
    "not-owner": Kind(
        403,
        Text("다른 사람의 것", "It belongs to somebody else"),
        Text(
            "학습과 저장한 링크는 만든 사람만 바꾸거나 지울 수 있습니다. 학습은 누구나 보고 복사할 수 있습니다"
            "(`POST …/copies`).",
            "Only whoever made a run or a saved link may change or remove it. Anybody may watch a run, and copy it "
            "(`POST …/copies`).",
        ),
    ),
    "too-many": Kind(
        429,
        Text("너무 많음", "Too many"),
        Text(
            "한 사람이 잠깐 동안 할 수 있는 것, 또는 둘 수 있는 것을 넘었습니다. `Retry-After`가 얼마나 기다려야 "
            "하는지 초로 알려 줍니다.",
            "One visitor has done more in a while, or keeps more, than the settings allow. `Retry-After` says how "
            "many seconds to wait.",
        ),
    ),
    "run-options": Kind(
        422,
        Text("학습 설정이 맞지 않음", "Invalid options for a run"),
        Text(
            "신경망의 크기나 학습 설정이 이 서버의 한도나 데이터와 맞지 않습니다.",
            "The net's size or an option does not fit this server's limits or its data.",
        ),
    ),
    "run-image": Kind(
        422,
        Text("이미지나 클래스가 학습과 맞지 않음", "The image or class does not fit the run"),
        Text(
            "그런 번호의 이미지나 클래스가 없거나, 픽셀의 수가 이 학습의 데이터와 다릅니다.",
            "There is no image or class of this number, or the pixels are not as many as in this run's data.",
        ),
    ),
    "run-failed": Kind(
        409,
        Text("실패한 학습", "The run has failed"),
        Text(
            "수가 발산했거나 작업 프로세스가 거듭 종료되었습니다. 처음으로 되돌리면 다시 시작할 수 있습니다.",
            "A number diverged, or the worker process ended repeatedly. Reset the run to start it again.",
        ),
    ),
    "run-queued": Kind(
        503,
        Text("자리를 기다리는 학습", "The run is waiting for a place"),
        Text(
            "이 서버가 한꺼번에 돌릴 수 있는 학습이 모두 돌고 있습니다. 자리가 나면 답할 수 있습니다.",
            "This server already trains as many runs as it has places for. Ask again once a place is free.",
        ),
    ),
    "runs-full": Kind(
        503,
        Text("학습이나 보는 사람이 너무 많음", "Too many runs or watchers"),
        Text(
            "이 서버의 한도에 이르렀습니다. 나중에 다시 해 보세요.",
            "The server has reached its limit; try again later.",
        ),
    ),
    "no-gradient": Kind(
        404,
        Text("구하지 않는 기울기", "No such gradient"),
        Text(
            "레이블과 상수에는 기울기가 없습니다.",
            "Labels and constants have no gradient.",
        ),
    ),
    "params": Kind(
        422,
        Text("매개변수가 맞지 않음", "The parameters do not fit"),
        Text(
            "`.npz` 파일에 W1, b1, …이 이 신경망과 같은 모양으로 들어 있어야 합니다.",
            "The `.npz` file must contain W1, b1, … in this net's shapes.",
        ),
    ),
    "dataset": Kind(
        503,
        Text("데이터를 읽을 수 없음", "The data cannot be read"),
        Text(
            "학습에 쓸 이미지 파일이 없거나 손상되었습니다.",
            "The image files are missing or damaged.",
        ),
    ),
    "worker-gone": Kind(
        503,
        Text("작업 프로세스가 답하지 않음", "The worker does not answer"),
        Text(
            "작업 프로세스가 종료되었거나 답이 너무 늦습니다. 학습은 마지막으로 저장한 곳에서 이어집니다.",
            "The worker process ended or takes too long. The run continues from its last saved state.",
        ),
    ),
    "share-missing": Kind(
        404,
        Text("저장된 링크가 없음", "No such saved link"),
        Text("이 id로 저장된 것이 없습니다.", "Nothing is saved under this id."),
    ),
    "seal": Kind(
        409,
        Text("서명이 맞지 않음", "The signature does not fit"),
        Text(
            "서버가 서명하지 않았거나 서명한 뒤에 바뀌었습니다. 서버가 다시 시작되었을 수도 있습니다. 사건을 다시 "
            "여세요.",
            "What was sent is not what this server signed, or the server has started anew since. Open the case again.",
        ),
    ),
    "case-closed": Kind(
        409,
        Text("이미 끝난 사건", "The case is closed"),
        Text(
            "이 사건에서는 이미 한 곳을 지목했습니다. 다시 하려면 사건을 새로 여세요.",
            "One op has been accused in this case. Open it anew to play again.",
        ),
    ),
    "storage": Kind(
        503,
        Text("저장소를 쓸 수 없음", "Saved links are out of reach"),
        Text(
            "저장된 링크를 둔 데이터베이스가 답하지 않거나 가득 찼습니다. 나머지는 그대로 쓸 수 있습니다.",
            "The database of saved links does not answer, or has no room. Everything else works as before.",
        ),
    ),
    "shares-full": Kind(
        507,
        Text("저장할 자리가 없음", "No room for more saved links"),
        Text("저장된 링크가 한도에 이르렀습니다.", "The service already keeps its maximum of saved links."),
    ),
}
"""The kinds by the last part of a problem's `type`: `/api#program`."""
