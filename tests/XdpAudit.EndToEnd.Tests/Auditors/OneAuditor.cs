namespace XdpAudit.EndToEnd.Tests;

/// <summary>One auditor for all tests that need no other. It looks only when told, so that a history has no halves of what a tool was doing.</summary>
public sealed class OneAuditor : IDisposable
{
    private Lab? _lab;
    private AuditorProcess? _process;
    private Tools? _tools;

    internal AuditorProcess Process => _process ??= AuditorProcess.Start(Lab);

    /// <summary>The compiled objects and programs of all tests.</summary>
    internal Tools Tools => _tools ??= new(Lab);

    private Lab Lab => _lab ??= new();

    public void Dispose()
    {
        _process?.Dispose();
        _lab?.Dispose();
    }
}
