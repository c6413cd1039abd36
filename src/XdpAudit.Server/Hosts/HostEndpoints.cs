namespace XdpAudit.Server;

/// <summary>The host as a whole over the API: status, state, differences, looks, checks.</summary>
internal static class HostEndpoints
{
    internal static void Map(WebApplication web, Auditor auditor, Past past, HostId host, PluginSet plugins, TimeProvider time, UpOptions options)
    {
        var started = time.GetUtcNow();
        web.MapGet("/healthz/live", () => Results.Text("ok"));
        web.MapGet("/healthz/ready", () => auditor.Trouble is { } trouble ? Results.Text(trouble, statusCode: 503) : Results.Text("ok"));
        web.MapGet(Routes.Status, (HttpContext context) => new StatusView
        {
            Version = AuditorApp.ProductVersion,
            Pid = Environment.ProcessId,
            Host = host,
            StartedAt = started,
            Position = auditor.Known.Position,
            ServerPosition = auditor.ServerPosition,
            LastLookAt = auditor.LastLook?.FinishedAt,
            LastLookMilliseconds = auditor.LastLook is null ? null : auditor.LastLookTook.TotalMilliseconds,
            Trouble = auditor.Trouble,
            OpenFindings = auditor.OpenFindings,
            Plugins = plugins.States,
            Sensors = auditor.Sensors,
            Sinks = auditor.Sinks,
            Role = Access.Role(Access.Caller(context)),
        });
        web.MapGet(Routes.State, (string? at, CancellationToken cancellation) => past.ViewAsync(at, cancellation));
        web.MapGet(Routes.Diff, async (string? from, string? to, CancellationToken cancellation) =>
        {
            if (string.IsNullOrEmpty(from))
            {
                throw Refusals.Usage("a difference needs two moments");
            }

            return HostDiff.Of(await past.ViewAsync(from, cancellation), await past.ViewAsync(to, cancellation));
        });
        web.MapPost(Routes.Reconcile, async (HttpContext context, CancellationToken cancellation) =>
        {
            Access.Operator(context);
            return await auditor.ReconcileAsync(cancellation);
        });
        web.MapGet(Routes.Doctor, (CancellationToken cancellation) => Doctor.ExamineAsync(options, auditor, plugins, cancellation));
    }
}
