namespace XdpAudit.Conformance.Tests;

public sealed class PromisesTests
{
    [Fact]
    public void A_promise_is_told_as_a_sentence_and_no_two_have_one_name()
    {
        Assert.All(
            new[] { Promises.Of<DetectorSuite>(), Promises.Of<SinkSuite>(), Promises.Of<SensorSuite>(), Promises.Of<ExecutorManners>(), Promises.Of<ExecutorSuite>() },
            names => Assert.Equal(names.Distinct(), names));
        Assert.Contains("The order of lists does not matter", Promises.Of<DetectorSuite>());
        Assert.Contains("An interface that is gone is not found (True)", Promises.Of<ExecutorSuite>());
    }

    [Fact]
    public async Task A_promise_that_a_suite_does_not_have_is_a_mistake_of_the_caller()
    {
        var suite = new DetectorSuite(() => throw new InvalidOperationException("not to be asked"), [], []);

        var mistake = await Assert.ThrowsAsync<ArgumentException>(() => Promises.KeepAsync(suite, "It makes coffee"));

        Assert.StartsWith("DetectorSuite has no promise 'It makes coffee'", mistake.Message, StringComparison.Ordinal);
    }
}
