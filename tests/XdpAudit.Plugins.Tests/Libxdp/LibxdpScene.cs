using System.Globalization;
using XdpAudit.Plugins.Libbpf;
using XdpAudit.Plugins.Libxdp;

namespace XdpAudit.Plugins.Tests;

/// <summary>libxdp's executor on the kernel this machine runs, and libxdp's own tool beside it.</summary>
public abstract class LibxdpScene : IAsyncDisposable
{
    // libxdp's own tool tells without our code whether a dispatcher can be had: where it cannot, it attaches the program alone and exits with 0.
    private static readonly Lazy<bool> Refuses = new(() =>
    {
        using var asked = new Asked();
        return asked.Name != "xdp_dispatcher";
    });

    private readonly List<IAsyncDisposable> _executors = [];
    private LibxdpExecutor? _executor;

    private protected LibxdpScene()
    {
        Requires.RootAndBpf();
        Requires.Tool("clang");
        Requires.Tool("xdp-loader");
        Assert.SkipUnless(Environment.OSVersion.Version >= new Version(5, 14), "needs Linux 5.14 (SO_NETNS_COOKIE)");
        World = new();
    }

    /// <summary>Whether this kernel refuses EXT programs, by the word of libxdp's own tool.</summary>
    internal static bool RefusesExt => Refuses.Value;

    /// <summary>libxdp's settings for this run.</summary>
    internal static LibxdpOptions Options => new() { Bpffs = RealWorld.LabBpffs };

    private protected static CancellationToken Never => CancellationToken.None;

    /// <summary>Where libxdp keeps what it attached.</summary>
    private protected static string State => RealWorld.LabBpffs + "/xdp";

    private protected RealWorld World { get; }

    private protected LibxdpExecutor Executor => _executor ??= Another(Options);

    public async ValueTask DisposeAsync()
    {
        foreach (var executor in _executors)
        {
            await executor.DisposeAsync();
        }

        await World.DisposeAsync();

        // What libxdp attached to an interface that went with its namespace stays pinned, under a number that the next test's interface has too.
        foreach (var left in Directory.Exists(State) ? Directory.GetDirectories(State) : [])
        {
            Directory.Delete(left, recursive: true);
        }

        GC.SuppressFinalize(this);
    }

    private protected LibxdpExecutor Another(LibxdpOptions options)
    {
        var executor = new LibxdpExecutor("libxdp", TimeProvider.System, options);
        _executors.Add(executor);
        return executor;
    }

    private protected LibbpfExecutor Libbpf()
    {
        var executor = new LibbpfExecutor("libbpf", TimeProvider.System, LibbpfExecutor.DefaultUnloadWait);
        _executors.Add(executor);
        return executor;
    }

    private protected static OperationContext Op() => new() { OperationId = new(Guid.CreateVersion7().ToString("N")) };

    private protected static ProgramRef Ref(LoadedProgram program) => new(program.Id, program.LoadedNs);

    private protected LoadRequest Loading(SampleObject? from = null, string? program = null, PinPath? pin = null) => new()
    {
        ObjectPath = (from ?? World.Good).Path, ObjectSha256 = (from ?? World.Good).Sha256, Program = program ?? (from ?? World.Good).Program, Pin = pin,
    };

    private protected static AttachRequest Attaching(LoadedProgram program, InterfaceRef at, XdpMode mode = XdpMode.Generic) =>
        new() { Program = Ref(program), Interface = at, Mode = mode, ByNetlink = true };

    private protected static async Task<T> DoneAsync<T>(ValueTask<Outcome<T>> asked, OutcomeKind kind = OutcomeKind.Succeeded) where T : class
    {
        var outcome = await asked;
        Assert.True(outcome.Kind == kind, $"{outcome.Kind} instead of {kind}: {outcome.Error?.Message}");
        return outcome.Value!;
    }

    private protected static async Task<ExecutorError> RefusedAsync<T>(ValueTask<Outcome<T>> asked, string code, OutcomeKind kind = OutcomeKind.Rejected) where T : class
    {
        var outcome = await asked;
        Assert.True(outcome.Kind == kind, $"{outcome.Kind} instead of {kind}: {outcome.Error?.Message}");
        Assert.Equal(code, outcome.Error!.Code);
        Assert.False(char.IsUpper(outcome.Error.Message[0]) || outcome.Error.Message.EndsWith('.') || outcome.Error.Message.Contains('\n', StringComparison.Ordinal), outcome.Error.Message);
        return outcome.Error;
    }

    /// <summary>libxdp's own tool, inside the namespace of an interface.</summary>
    private protected static Shell.Answer Loader(InterfaceRef at, params string[] arguments) =>
        RealWorld.TryAt(at, "env", ["LIBXDP_BPFFS=" + RealWorld.LabBpffs, "xdp-loader", .. arguments]);

    /// <summary>The kernel frees programs a moment after their last reference goes: asks until it is so, ten seconds at most.</summary>
    private protected static async Task EventuallyAsync(Func<bool> condition, string what)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested, "not within ten seconds: " + what);
            await Task.Delay(10, CancellationToken.None); // the kernel frees later, and tells nobody
        }
    }

    private protected static string Number(KernelProgramId id) => id.Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>What libxdp's tool leaves at an interface that it was told to load a program to.</summary>
    private sealed class Asked : IDisposable
    {
        private readonly RealWorld _world = new();
        private readonly InterfaceRef _at;

        internal Asked()
        {
            _at = _world.Interface();
            var answer = Loader(_at, "load", "-m", "skb", _at.Name, _world.Good.Path);
            Assert.True(answer.ExitCode == 0, answer.Errors + answer.Output);
            Name = _world.Program(Assert.Single(_world.InForce(_at)).Program)!.Name;
        }

        internal string Name { get; }

        public void Dispose()
        {
            Loader(_at, "unload", _at.Name, "--all");
            _world.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
