using XdpAudit.Server.Tests;

[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(OneDaemon))]

namespace XdpAudit.Server.Tests;

/// <summary>One auditor for all tests that need none of their own. It looks only when asked.</summary>
public sealed class OneDaemon : IDisposable
{
    private Lab? _lab;
    private Daemon? _daemon;
    private string? _object;

    internal Lab Lab
    {
        get
        {
            Requires.RootAndBpf();
            return _lab ??= new();
        }
    }

    internal Daemon Daemon => _daemon ??= Daemon.Start(Lab);

    internal string Object => _object ??= Lab.CompileBpf("pass", Samples.Pass);

    public void Dispose()
    {
        _daemon?.Dispose();
        _lab?.Dispose();
    }
}
