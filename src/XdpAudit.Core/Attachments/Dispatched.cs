namespace XdpAudit.Core;

/// <summary>
/// Programs that run at an interface without being in force there: a link ties each, as an ext program, to a place of the program that is, a
/// dispatcher.
/// </summary>
public static class Dispatched
{
    /// <summary>The attachment under which a program runs at an attach point, and the link that ties it there; null when it does not.</summary>
    public static (Attached Dispatcher, LinkState Link)? Under(HostState host, AttachPointKey at, ProgramKey program)
    {
        foreach (var attachment in host.AttachPoints.GetValueOrDefault(at)?.InForce ?? [])
        {
            if (host.Links.Values.FirstOrDefault(l => l is { Ended: null, Key.Type: "tracing" } && l.Program == program && l.Target == attachment.Program.Id) is { } link)
            {
                return (attachment, link);
            }
        }

        return null;
    }
}
