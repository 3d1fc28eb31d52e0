"""The loss that the completion model is trained with. Needs the extra `train`."""

import pytest
from tiny_decoder import write_tiny

torch = pytest.importorskip("torch", reason="torch is part of the extra `train`")

IDS = 400


@pytest.fixture
def model(tmp_path):
    return write_tiny(tmp_path / "weights.npz", IDS)


def loss_and_gradients(model, ids, **options):
    from beast_lsp.training.completion.decoder import loss

    model.zero_grad()
    found = loss(model, ids, 16, **options)
    found.backward()
    return found.item(), torch.cat([parameter.grad.flatten() for parameter in model.parameters()])


def some_ids(most):
    return torch.randint(0, most, (3, 41), generator=torch.Generator().manual_seed(1))


def test_in_chunks_it_is_the_cross_entropy(model):
    ids = some_ids(IDS)
    found, gradients = loss_and_gradients(model, ids)
    model.zero_grad()
    scores = model.logits(model(ids[:, :-1])).flatten(0, 1)
    right = torch.nn.functional.cross_entropy(scores, ids[:, 1:].flatten())
    right.backward()
    assert found == pytest.approx(right.item(), rel=1e-5)
    expected = torch.cat([parameter.grad.flatten() for parameter in model.parameters()])
    assert torch.allclose(gradients, expected, atol=1e-6)


def test_some_of_the_ids_stand_for_all(model):
    ids = some_ids(60)  # 340 ids are not in the batch.
    full, gradients = loss_and_gradients(model, ids)
    estimate, others = loss_and_gradients(model, ids, stride=4)
    assert estimate == pytest.approx(full, rel=0.03)
    assert torch.cosine_similarity(gradients, others, dim=0) > 0.95
    assert loss_and_gradients(model, ids, stride=4)[0] == estimate


def test_a_batch_of_all_ids_leaves_nothing_to_estimate(model):
    every = torch.arange(IDS)
    ids = torch.cat([every, every.roll(100)]).view(4, -1)  # What begins one row is inside another.
    assert loss_and_gradients(model, ids, stride=4)[0] == pytest.approx(loss_and_gradients(model, ids)[0], rel=1e-6)
