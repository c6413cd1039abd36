using System.Text.Json;

namespace XdpAudit.Plugins.Tests;

/// <summary>
/// What every executor promises. The same tests run on the real kernel and on the simulated one: what the simulation knows is what the kernel showed here.
/// What an executor does not declare it must answer with Unsupported and leave the kernel as it was; a test of such an ability shows that instead.
/// </summary>
public abstract partial class ExecutorContract : IAsyncLifetime
{
    private IExecutor? _linker;
    private int _pins;

    protected static CancellationToken Never => CancellationToken.None;

    /// <summary>What this executor is to declare, in its order.</summary>
    protected abstract IReadOnlyList<string> Capabilities { get; }

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

    private protected bool Can(string capability) => Capabilities.Contains(capability);

    /// <summary>Makes links: the executor itself, or somebody else where it cannot; it has to live with links all the same.</summary>
    private protected IExecutor Linker => _linker ??= Can(ExecutorCapability.AttachByLink) ? Executor : World.StartOther();

    /// <summary>True where the executor has no such ability; then the call is answered with Unsupported, names it, and changes nothing.</summary>
    private protected async Task<bool> LacksAsync<T>(string capability, InterfaceRef at, Func<Task<Outcome<T>>> call) where T : class
    {
        if (Can(capability))
        {
            return false;
        }

        var (before, there) = (World.Account(), World.InForce(at));
        var error = Refused(await call(), ErrorCode.Unsupported, OutcomeKind.Unsupported);
        Assert.Contains($"'{capability}'", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, World.Account());
        Assert.Equal(there, World.InForce(at));
        return true;
    }

    /// <summary>True where the executor makes no links.</summary>
    private protected Task<bool> LacksLinksAsync(LoadedProgram program, InterfaceRef at, PinPath? pin = null) =>
        LacksAsync(ExecutorCapability.AttachByLink, at, () => AttachAsync(Attaching(program, at, byNetlink: false, pin: pin)));

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

    /// <summary>Without a pin where the executor can hold by itself, and pinned somewhere where it cannot.</summary>
    private protected LoadRequest Loading(PinPath? pin = null, SampleObject? from = null, string? program = null)
    {
        var sample = from ?? World.Good;
        return new()
        {
            ObjectPath = sample.Path,
            ObjectSha256 = sample.Sha256,
            Program = program ?? sample.Program,
            Pin = pin ?? (Can(ExecutorCapability.Ephemeral) ? null : World.Pin($"somewhere{++_pins}")),
        };
    }

    private protected async Task<Outcome<LoadedProgram>> LoadAsync(LoadRequest request, int maxLog = 256 * 1024) =>
        Sent(await Executor.LoadAsync(request, Op(maxLog), Never));

    private protected async Task<LoadedProgram> LoadedAsync(PinPath? pin = null, string? program = null, IExecutor? by = null) =>
        Done(Sent(await (by ?? Executor).LoadAsync(Loading(pin, null, program), Op(), Never)));

    /// <summary>By a link or by netlink, or by what the executor can where that is not the point.</summary>
    private protected AttachRequest Attaching(LoadedProgram program, InterfaceRef at, XdpMode mode = XdpMode.Unknown, bool? byNetlink = null, PinPath? pin = null, KernelProgramId? expectedOld = null) => new()
    {
        Program = Ref(program),
        Interface = at,
        Mode = mode,
        ByNetlink = byNetlink ?? !Can(ExecutorCapability.AttachByLink),
        Pin = pin,
        ExpectedOld = expectedOld,
    };

    private protected async Task<Outcome<AttachedProgram>> AttachAsync(AttachRequest request) => Sent(await Executor.AttachAsync(request, Op(), Never));

    private protected async Task<AttachedProgram> AttachedAsync(LoadedProgram program, InterfaceRef at, XdpMode mode = XdpMode.Unknown, bool? byNetlink = null) =>
        Done(Sent(await Executor.AttachAsync(Attaching(program, at, mode, byNetlink), Op(), Never)));

    /// <summary>Attached by a link, whoever makes it.</summary>
    private protected async Task<AttachedProgram> LinkedAsync(LoadedProgram program, InterfaceRef at, XdpMode mode = XdpMode.Unknown, PinPath? pin = null, IExecutor? by = null) =>
        Done(Sent(await (by ?? Linker).AttachAsync(Attaching(program, at, mode, byNetlink: false, pin), Op(), Never)));

    private protected async Task<Outcome<NoValue>> DetachAsync(DetachRequest request) => Sent(await Executor.DetachAsync(request, Op(), Never));

    private protected async Task<Outcome<UnloadResult>> UnloadAsync(ProgramRef program, params PinPath[] pins) =>
        Sent(await Executor.UnloadAsync(new(program, pins), Op(), Never));

    /// <summary>Lets go of all that a load made.</summary>
    private protected Task<Outcome<UnloadResult>> UnloadAsync(LoadedProgram program, params PinPath[] pins) =>
        UnloadAsync(Ref(program), [.. program.Pin is { } own && !pins.Contains(own) ? [own, .. pins] : pins]);

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

    protected override IReadOnlyList<string> Capabilities => ExecutorWorld.AllCapabilities;

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
    protected override IReadOnlyList<string> Capabilities => ExecutorWorld.AllCapabilities;

    protected override ExecutorWorld Build() => new SimulatedWorld();
}
