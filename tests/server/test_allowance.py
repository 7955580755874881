from vret_server.allowance import Bucket, FailureLimit


def test_a_bucket_gives_what_it_holds_and_fills_with_time() -> None:
    bucket = Bucket(3, 0.5)
    assert [bucket.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert not bucket.take(1.9)
    assert bucket.take(2.0)
    assert [bucket.take(1000.0) for _ in range(4)] == [True, True, True, False]


def test_a_clock_that_steps_back_gives_nothing() -> None:
    bucket = Bucket(1, 1)
    assert bucket.take(10.0)
    assert not bucket.take(5.0)
    assert not bucket.take(10.5)
    assert bucket.take(11.0)


def test_failures_count_for_each_address_and_in_all() -> None:
    limit = FailureLimit(2, 5)
    assert [limit.take(0.0, "a") for _ in range(3)] == [True, True, False]
    assert limit.take(0.0, "b")
    assert not limit.take(0.0, "c", "a")
    assert limit.take(30.0, "a")
    assert [limit.take(30.0, key) for key in ("c", "d", "e", "f")] == [True, True, True, False]
    assert limit.take(42.0, "somebody new")


def test_successes_cost_nothing() -> None:
    limit = FailureLimit(2, 5)
    for _ in range(10):
        assert limit.take(0.0, "a")
        limit.succeeded("a")
    assert [limit.take(0.0, "a") for _ in range(3)] == [True, True, False]
