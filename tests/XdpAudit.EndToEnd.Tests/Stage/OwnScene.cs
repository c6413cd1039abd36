namespace XdpAudit.EndToEnd.Tests;

/// <summary>A scene that an auditor of its own watches, in a house of its own; before the test starts one there is none.</summary>
public abstract class OwnScene(OneAuditor one) : Scene(one)
{
    /// <summary>Where its data, socket and plugins are.</summary>
    private protected Lab House { get; } = new();

    private protected AuditorProcess? Watcher { get; set; }

    private protected override AuditorProcess Auditor => Watcher!;

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Watcher?.Dispose();
        House.Dispose();
    }
}
