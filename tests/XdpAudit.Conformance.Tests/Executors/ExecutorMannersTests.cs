namespace XdpAudit.Conformance.Tests;

public sealed class ExecutorMannersTests
{
    [Fact]
    public async Task An_executor_that_can_nothing_and_says_so_keeps_them_all() => Assert.Empty(await Broken.Of(() => Manners("")));

    [Theory]
    [InlineData("one epoch", "It says what it is and can do")]
    [InlineData("believes", "What is not there is an outcome and no exception")]
    [InlineData("mute", "What is not there is an outcome and no exception")]
    [InlineData("deaf", "A call cancelled before it acts throws")]
    [InlineData("undead", "After it is disposed a call is a mistake of the caller")]
    public async Task A_broken_one_is_told_what_it_breaks(string breakage, string promise) => Assert.Contains(promise, await Broken.Of(() => Manners(breakage)));

    private static ExecutorManners Manners(string breakage) => new(() => new Idle(breakage), []);

    /// <summary>Can nothing, and is broken in one way.</summary>
    private sealed class Idle(string breakage) : IExecutor
    {
        private readonly string _epoch = breakage == "one epoch" ? "1" : Guid.NewGuid().ToString("N");
        private bool _disposed;

        public ValueTask<ExecutorDescriptor> DescribeAsync(CancellationToken cancellation) => new(new ExecutorDescriptor { Id = "idle", Epoch = _epoch, Capabilities = [] });

        public ValueTask<Outcome<LoadedProgram>> LoadAsync(LoadRequest request, OperationContext context, CancellationToken cancellation) => Answer<LoadedProgram>(cancellation);

        public ValueTask<Outcome<AttachedProgram>> AttachAsync(AttachRequest request, OperationContext context, CancellationToken cancellation) => Answer<AttachedProgram>(cancellation);

        public ValueTask<Outcome<NoValue>> DetachAsync(DetachRequest request, OperationContext context, CancellationToken cancellation) =>
            breakage == "believes" ? new(Outcome.Succeeded(new NoValue())) : Answer<NoValue>(cancellation);

        public ValueTask<Outcome<UnloadResult>> UnloadAsync(UnloadRequest request, OperationContext context, CancellationToken cancellation) => Answer<UnloadResult>(cancellation);

        public ValueTask DisposeAsync()
        {
            _disposed = true;
            return default;
        }

        private ValueTask<Outcome<T>> Answer<T>(CancellationToken cancellation)
            where T : class
        {
            ObjectDisposedException.ThrowIf(_disposed && breakage != "undead", this);
            if (breakage != "deaf")
            {
                cancellation.ThrowIfCancellationRequested();
            }

            return new(breakage == "mute" ? new() { Kind = OutcomeKind.Rejected } : Outcome.Unsupported<T>("load"));
        }
    }
}
