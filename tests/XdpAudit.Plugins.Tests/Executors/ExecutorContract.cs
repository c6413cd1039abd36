using System.Text.Json;

namespace XdpAudit.Plugins.Tests;

/// <summary>What every executor promises. The same tests run on the real kernel and on the simulated one: what the simulation knows is what the kernel showed here.</summary>
public abstract partial class ExecutorContract : IAsyncLifetime
{
    protected static CancellationToken Never => CancellationToken.None;

    protected ExecutorWorld World { get; private set; } = null!;

    protected IExecutor Executor { get; private set; } = null!;

    public ValueTask InitializeAsync()
    {
        World = Build();
        Executor = World.Start();
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        if (World is not null)
        {
            await World.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    protected abstract ExecutorWorld Build();

    private protected static OperationContext Op(int maxLog = 256 * 1024) =>
        new() { OperationId = new(Guid.CreateVersion7().ToString("N")), MaxVerifierLogBytes = maxLog };

    // Whatever is answered may have to cross a process boundary: every answer of every test goes there and back.
    private protected static Outcome<T> Sent<T>(Outcome<T> outcome) where T : class
    {
        var text = JsonSerializer.Serialize(outcome);
        var back = JsonSerializer.Deserialize<Outcome<T>>(text)!;
        Assert.Equal(text, JsonSerializer.Serialize(back));
        return back;
    }

    private protected LoadRequest Loading(PinPath? pin = null, SampleObject? from = null, string? program = null)
    {
        var sample = from ?? World.Good;
        return new() { ObjectPath = sample.Path, ObjectSha256 = sample.Sha256, Program = program ?? sample.Program, Pin = pin };
    }

    private protected async Task<Outcome<LoadedProgram>> LoadAsync(LoadRequest request, int maxLog = 256 * 1024) =>
        Sent(await Executor.LoadAsync(request, Op(maxLog), Never));

    private protected async Task<LoadedProgram> LoadedAsync(PinPath? pin = null, string? program = null, IExecutor? by = null) =>
        Done(Sent(await (by ?? Executor).LoadAsync(Loading(pin, null, program), Op(), Never)));

    private protected static AttachRequest Attaching(LoadedProgram program, InterfaceRef at, XdpMode mode = XdpMode.Unknown, bool byNetlink = false, PinPath? pin = null, KernelProgramId? expectedOld = null) =>
        new() { Program = Ref(program), Interface = at, Mode = mode, ByNetlink = byNetlink, Pin = pin, ExpectedOld = expectedOld };

    private protected async Task<Outcome<AttachedProgram>> AttachAsync(AttachRequest request) => Sent(await Executor.AttachAsync(request, Op(), Never));

    private protected async Task<AttachedProgram> AttachedAsync(LoadedProgram program, InterfaceRef at, XdpMode mode = XdpMode.Unknown, bool byNetlink = false, PinPath? pin = null, IExecutor? by = null) =>
        Done(Sent(await (by ?? Executor).AttachAsync(Attaching(program, at, mode, byNetlink, pin), Op(), Never)));

    private protected async Task<Outcome<NoValue>> DetachAsync(DetachRequest request) => Sent(await Executor.DetachAsync(request, Op(), Never));

    private protected async Task<Outcome<UnloadResult>> UnloadAsync(ProgramRef program, params PinPath[] pins) =>
        Sent(await Executor.UnloadAsync(new(program, pins), Op(), Never));

    private protected static ProgramRef Ref(LoadedProgram program) => new(program.Id, program.LoadedNs);

    private protected static T Done<T>(Outcome<T> outcome, OutcomeKind kind = OutcomeKind.Succeeded) where T : class
    {
        Assert.True(outcome.Kind == kind, $"{outcome.Kind} instead of {kind}: {outcome.Error?.Message}");
        Assert.Null(outcome.Error);
        return outcome.Value!;
    }

    /// <summary>Refused with this code, in words that follow the style of all messages.</summary>
    private protected static ExecutorError Refused<T>(Outcome<T> outcome, string code, OutcomeKind kind = OutcomeKind.Rejected) where T : class
    {
        Assert.True(outcome.Kind == kind, $"{outcome.Kind} instead of {kind}: {outcome.Error?.Message}");
        Assert.Null(outcome.Value);
        Assert.Equal(code, outcome.Error!.Code);
        Assert.False(char.IsUpper(outcome.Error.Message[0]), outcome.Error.Message);
        Assert.False(outcome.Error.Message.EndsWith('.'), outcome.Error.Message);
        Assert.DoesNotContain('\n', outcome.Error.Message);
        return outcome.Error;
    }

    /// <summary>The kernel frees some things a moment later: asks until it is so, ten seconds at most.</summary>
    private protected static async Task EventuallyAsync(Func<bool> condition, string what)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested, $"not within ten seconds: {what}");
            await Task.Delay(10, CancellationToken.None);
        }
    }
}

/// <summary>The executor on the real kernel, through libbpf.</summary>
[Collection(LibbpfExecutorContract.Name)]
public sealed class LibbpfExecutorContract : ExecutorContract
{
    /// <summary>libbpf is one per process, with one callback: tests that drive it take turns.</summary>
    internal const string Name = "libbpf of this process";

    protected override ExecutorWorld Build()
    {
        Requires.RootAndBpf();
        Requires.Tool("clang");
        return new RealWorld();
    }
}

/// <summary>The executor on the simulated kernel.</summary>
public sealed class SimulatedExecutorContract : ExecutorContract
{
    protected override ExecutorWorld Build() => new SimulatedWorld();
}
