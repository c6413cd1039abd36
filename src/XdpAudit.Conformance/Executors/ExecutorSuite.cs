using System.Text.Json;
using XdpAudit.Abstractions;

namespace XdpAudit.Conformance;

/// <summary>
/// What every executor promises of its acts. The same promises are kept on the real kernel and on a simulated one: what a simulation knows is what the
/// kernel showed here. What an executor does not declare it must answer with Unsupported and leave the kernel as it was; that is shown instead.
/// </summary>
/// <param name="world">A new one for each promise; the caller disposes it.</param>
/// <param name="capabilities">What this executor is to declare, in its order.</param>
public sealed partial class ExecutorSuite(ExecutorWorld world, IReadOnlyList<string> capabilities)
{
    private readonly Lock _starting = new();
    private IExecutor? _executor;
    private IExecutor? _linker;
    private int _pins;

    private static CancellationToken Never => CancellationToken.None;

    private IReadOnlyList<string> Capabilities => capabilities;

    private ExecutorWorld World => world;

    private IExecutor Executor
    {
        get
        {
            // Promises about calls at once ask for it at once, and starting one may take a while.
            lock (_starting)
            {
                return _executor ??= world.Start();
            }
        }
    }

    private bool Can(string capability) => Capabilities.Contains(capability);

    /// <summary>Makes links: the executor itself, or somebody else where it cannot; it has to live with links all the same.</summary>
    private IExecutor Linker => _linker ??= Can(ExecutorCapability.AttachByLink) ? Executor : World.StartOther();

    /// <summary>True where the executor has no such ability; then the call is answered with Unsupported, names it, and changes nothing.</summary>
    private async Task<bool> LacksAsync<T>(string capability, InterfaceRef at, Func<Task<Outcome<T>>> call) where T : class
    {
        if (Can(capability))
        {
            return false;
        }

        var (before, there) = (World.Account(), World.InForce(at));
        var error = Refused(await call(), ErrorCode.Unsupported, OutcomeKind.Unsupported);
        Check.Contains($"'{capability}'", error.Message, StringComparison.Ordinal);
        Check.Equal(before, World.Account());
        Check.Equal(there, World.InForce(at));
        return true;
    }

    /// <summary>True where the executor makes no links.</summary>
    private Task<bool> LacksLinksAsync(LoadedProgram program, InterfaceRef at, PinPath? pin = null) =>
        LacksAsync(ExecutorCapability.AttachByLink, at, () => AttachAsync(Attaching(program, at, byNetlink: false, pin: pin)));

    private static OperationContext Op(int maxLog = 256 * 1024) =>
        new() { OperationId = new(Guid.CreateVersion7().ToString("N")), MaxVerifierLogBytes = maxLog };

    // Whatever is answered may have to cross a process boundary: every answer of every test goes there and back.
    private static Outcome<T> Sent<T>(Outcome<T> outcome) where T : class
    {
        var text = JsonSerializer.Serialize(outcome);
        var back = JsonSerializer.Deserialize<Outcome<T>>(text)!;
        Check.Equal(text, JsonSerializer.Serialize(back));
        return back;
    }

    /// <summary>Without a pin where the executor can hold by itself, and pinned somewhere where it cannot.</summary>
    private LoadRequest Loading(PinPath? pin = null, SampleObject? from = null, string? program = null)
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

    private async Task<Outcome<LoadedProgram>> LoadAsync(LoadRequest request, int maxLog = 256 * 1024) =>
        Sent(await Executor.LoadAsync(request, Op(maxLog), Never));

    private async Task<LoadedProgram> LoadedAsync(PinPath? pin = null, string? program = null, IExecutor? by = null) =>
        Done(Sent(await (by ?? Executor).LoadAsync(Loading(pin, null, program), Op(), Never)));

    /// <summary>By a link or by netlink, or by what the executor can where that is not the point.</summary>
    private AttachRequest Attaching(LoadedProgram program, InterfaceRef at, XdpMode mode = XdpMode.Unknown, bool? byNetlink = null, PinPath? pin = null, KernelProgramId? expectedOld = null) => new()
    {
        Program = Ref(program),
        Interface = at,
        Mode = mode,
        ByNetlink = byNetlink ?? !Can(ExecutorCapability.AttachByLink),
        Pin = pin,
        ExpectedOld = expectedOld,
    };

    private async Task<Outcome<AttachedProgram>> AttachAsync(AttachRequest request) => Sent(await Executor.AttachAsync(request, Op(), Never));

    private async Task<AttachedProgram> AttachedAsync(LoadedProgram program, InterfaceRef at, XdpMode mode = XdpMode.Unknown, bool? byNetlink = null) =>
        Done(Sent(await Executor.AttachAsync(Attaching(program, at, mode, byNetlink), Op(), Never)));

    /// <summary>Attached by a link, whoever makes it.</summary>
    private async Task<AttachedProgram> LinkedAsync(LoadedProgram program, InterfaceRef at, XdpMode mode = XdpMode.Unknown, PinPath? pin = null, IExecutor? by = null) =>
        Done(Sent(await (by ?? Linker).AttachAsync(Attaching(program, at, mode, byNetlink: false, pin), Op(), Never)));

    private async Task<Outcome<NoValue>> DetachAsync(DetachRequest request) => Sent(await Executor.DetachAsync(request, Op(), Never));

    private async Task<Outcome<UnloadResult>> UnloadAsync(ProgramRef program, params PinPath[] pins) =>
        Sent(await Executor.UnloadAsync(new(program, pins), Op(), Never));

    /// <summary>Lets go of all that a load made.</summary>
    private Task<Outcome<UnloadResult>> UnloadAsync(LoadedProgram program, params PinPath[] pins) =>
        UnloadAsync(Ref(program), [.. program.Pin is { } own && !pins.Contains(own) ? [own, .. pins] : pins]);

    private static ProgramRef Ref(LoadedProgram program) => new(program.Id, program.LoadedNs);

    private static T Done<T>(Outcome<T> outcome, OutcomeKind kind = OutcomeKind.Succeeded) where T : class
    {
        Check.True(outcome.Kind == kind, $"{outcome.Kind} instead of {kind}: {outcome.Error?.Message}");
        Check.Null(outcome.Error);
        return outcome.Value!;
    }

    /// <summary>Refused with this code, in words that follow the style of all messages.</summary>
    private static ExecutorError Refused<T>(Outcome<T> outcome, string code, OutcomeKind kind = OutcomeKind.Rejected) where T : class
    {
        Check.True(outcome.Kind == kind, $"{outcome.Kind} instead of {kind}: {outcome.Error?.Message}");
        Check.Null(outcome.Value);
        Check.Equal(code, outcome.Error!.Code);
        Check.False(char.IsUpper(outcome.Error.Message[0]), outcome.Error.Message);
        Check.False(outcome.Error.Message.EndsWith('.'), outcome.Error.Message);
        Check.DoesNotContain('\n', outcome.Error.Message);
        return outcome.Error;
    }

    /// <summary>The kernel frees some things a moment later: asks until it is so, ten seconds at most.</summary>
    private static async Task EventuallyAsync(Func<bool> condition, string what)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!condition())
        {
            Check.False(patience.IsCancellationRequested, $"not within ten seconds: {what}");
            await Task.Delay(10, CancellationToken.None); // the kernel frees later, and tells nobody
        }
    }
}
