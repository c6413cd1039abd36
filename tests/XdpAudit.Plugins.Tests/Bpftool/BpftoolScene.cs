using XdpAudit.Plugins.Bpftool;

namespace XdpAudit.Plugins.Tests;

/// <summary>One executor over a bpftool of the test's making: a script that may do what the real one does, or something else.</summary>
public abstract class BpftoolScene : IAsyncDisposable
{
    private BpftoolExecutor? _executor;
    private BpftoolOptions _options = new();

    private protected BpftoolScene()
    {
        Requires.RootAndBpf();
        Requires.Tool("clang");
        World = new();
    }

    private protected static CancellationToken Never => CancellationToken.None;

    private protected RealWorld World { get; }

    private protected BpftoolOptions Options
    {
        get => _options with { Bpffs = World.Bpffs };
        set => _options = value;
    }

    private protected BpftoolExecutor Executor => _executor ??= new("bpftool", TimeProvider.System, Options);

    /// <summary>The host's own tools, as words of a script.</summary>
    private protected static string Real => $"{new BpftoolOptions().Bpftool} \"$@\"";

    private protected static string RealIp => new BpftoolOptions().Ip;

    public async ValueTask DisposeAsync()
    {
        if (_executor is not null)
        {
            await _executor.DisposeAsync();
        }

        await World.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>From now on bpftool is this script; asked for its version it is the real one.</summary>
    private protected void Becomes(string script, bool knowsItsVersion = true) => Options = Options with
    {
        Bpftool = Script("bpftool", (knowsItsVersion ? $"case \"$*\" in *version*) exec {Real};; esac\n" : "") + script),
    };

    /// <summary>From now on ip is this script.</summary>
    private protected void IpBecomes(string script) => Options = Options with
    {
        Ip = Script("ip", $"case \"$*\" in *-V*) exec {RealIp} -V;; esac\n" + script),
        NetlinkByIp = true,
    };

    // Copied by a process of its own: one of this process may be forked while the file is open for writing, and then it cannot be run yet.
    private string Script(string name, string script)
    {
        var path = $"{World.Folder}/{name}";
        File.WriteAllText(path + ".txt", "#!/bin/sh\n" + script + "\n");
        Shell.Run("install", "-m", "0700", path + ".txt", path);
        return path;
    }

    private protected LoadRequest Loading(PinPath pin, SampleObject? from = null, string? program = null) =>
        new() { ObjectPath = (from ?? World.Good).Path, ObjectSha256 = (from ?? World.Good).Sha256, Program = program ?? (from ?? World.Good).Program, Pin = pin };

    /// <summary>Loaded by somebody else.</summary>
    private protected async Task<LoadedProgram> LoadedAsync(string pin = "program", string? program = null) =>
        (await World.StartOther().LoadAsync(Loading(World.Pin(pin), program: program), Op(), Never)).Value!;

    private protected static AttachRequest Attaching(LoadedProgram program, InterfaceRef at, XdpMode mode = XdpMode.Native) =>
        new() { Program = new(program.Id, program.LoadedNs), Interface = at, Mode = mode, ByNetlink = true };

    /// <summary>Attached by somebody else.</summary>
    private protected async Task AttachedAsync(LoadedProgram program, InterfaceRef at, XdpMode mode = XdpMode.Native) =>
        Assert.Equal(OutcomeKind.Succeeded, (await World.StartOther().AttachAsync(Attaching(program, at, mode), Op(), Never)).Kind);

    private protected static OperationContext Op() => new() { OperationId = new(Guid.CreateVersion7().ToString("N")) };

    private protected static ExecutorError Refused<T>(Outcome<T> outcome, string code, OutcomeKind kind) where T : class
    {
        Assert.True(outcome.Kind == kind && outcome.Error?.Code == code, $"{outcome.Kind} {outcome.Error?.Code} instead of {kind} {code}: {outcome.Error?.Message}");
        Assert.False(char.IsUpper(outcome.Error!.Message[0]) || outcome.Error.Message.EndsWith('.') || outcome.Error.Message.Contains('\n', StringComparison.Ordinal), outcome.Error.Message);
        return outcome.Error;
    }

    private protected static T Done<T>(Outcome<T> outcome) where T : class
    {
        Assert.True(outcome.Kind == OutcomeKind.Succeeded, $"{outcome.Kind}: {outcome.Error?.Message}");
        return outcome.Value!;
    }
}
