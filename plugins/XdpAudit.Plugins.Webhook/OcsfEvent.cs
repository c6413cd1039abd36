using System.Text.Json;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Webhook;

/// <summary>
/// An event as OCSF 1.3 has it (schema.ocsf.io): API Activity, class 6003, because every fact of ours is an act on the kernel's interface for
/// programs, links and interfaces, or a judgement of one. The whole event is in <c>unmapped</c>, so that nothing is lost in the mapping.
/// </summary>
internal sealed record OcsfEvent
{
    private const int Class = 6003;

    public int CategoryUid { get; init; } = 6;

    public int ClassUid { get; init; } = Class;

    public required int ActivityId { get; init; }

    public required int TypeUid { get; init; }

    public required int SeverityId { get; init; }

    public required long Time { get; init; }

    public required string Message { get; init; }

    public required OcsfMetadata Metadata { get; init; }

    public required OcsfActor Actor { get; init; }

    public required OcsfApi Api { get; init; }

    public required OcsfEndpoint SrcEndpoint { get; init; }

    public required IReadOnlyList<OcsfResource> Resources { get; init; }

    public required HistoryEntry Unmapped { get; init; }

    internal static byte[] Write(AuditEnvelope envelope) => JsonSerializer.SerializeToUtf8Bytes(Of(envelope), WebhookJson.Default.OcsfEvent);

    internal static OcsfEvent Of(AuditEnvelope envelope)
    {
        var entry = envelope.Entry;
        var activity = Activity(entry.Event);
        return new()
        {
            ActivityId = activity,
            TypeUid = (Class * 100) + activity,
            SeverityId = Severity(entry),
            Time = CloudEvent.Moment(entry).ToUnixTimeMilliseconds(),
            Message = entry.Sentence,
            Metadata = new(envelope.Id, entry.Journal, entry.Position, entry.RecordedAt.ToUnixTimeMilliseconds()),
            Actor = OcsfActor.Of(entry.Actor),
            Api = new(entry.Event, entry.Operation?.Value is { } operation ? new(operation) : null),
            SrcEndpoint = new(envelope.Host.Value),
            Resources = [.. entry.Subjects.Select(s => new OcsfResource(s, s.Split('/')[0]))],
            Unmapped = entry,
        };
    }

    /// <summary>1 Create, 3 Update, 4 Delete, 99 Other; by the verb that every event's name ends in.</summary>
    private static int Activity(string name) => name[(name.LastIndexOf('_') + 1)..] switch
    {
        "loaded" or "found" or "created" or "pinned" or "established" or "appeared" or "began" or "opened" or "started" => 1,
        "replaced" or "changed" or "identified" or "renamed" or "moved" or "revised" => 3,
        "unloaded" or "unpinned" or "released" or "removed" or "gone" or "detached" or "ended" or "stopped" or "closed" => 4,
        _ => 99,
    };

    /// <summary>1 Informational, 2 Low, 3 Medium, 4 High; a finding's own where it says one.</summary>
    private static int Severity(HistoryEntry entry) => entry.Event switch
    {
        "finding_opened" or "finding_regressed" => entry.Data.ValueKind == JsonValueKind.Object && entry.Data.TryGetProperty("severity", out var said) && said.ValueKind == JsonValueKind.String
            ? said.GetString() switch { "low" => 2, "high" => 4, _ => 3 }
            : 3,
        "operation_contradicted" or "plugin_faulted" => 4,
        "gap_opened" or "sensor_degraded" or "enumeration_disagreed" or "attachment_replaced" or "operation_failed" or "operation_indeterminate" or "plugin_refused" => 3,
        _ => 1,
    };
}

internal sealed record OcsfMetadata(string Uid, string LogName, long Sequence, long LoggedTime)
{
    public string Version { get; init; } = "1.3.0";

    public OcsfProduct Product { get; init; } = new();
}

internal sealed record OcsfProduct
{
    public string Name { get; init; } = "XdpAudit";

    public string VendorName { get; init; } = "XdpAudit";
}

internal sealed record OcsfActor
{
    public OcsfProcess? Process { get; init; }

    public OcsfUser? User { get; init; }

    public string? AppName { get; init; }

    internal static OcsfActor Of(Actor actor) => actor switch
    {
        Actor.Process { Identity: var p } => new()
        {
            Process = new(p.Pid, p.Comm, p.CommandLine, p.Exe is { } exe ? new(exe, Path.GetFileName(exe), 1) : null),
            User = p.Uid is { } uid ? new(uid.ToString(System.Globalization.CultureInfo.InvariantCulture)) : null,
        },
        Actor.Kernel => new() { AppName = "kernel" },
        _ => new() { AppName = "unknown" },
    };
}

internal sealed record OcsfProcess(int Pid, string? Name, string? CmdLine, OcsfFile? File);

internal sealed record OcsfFile(string Path, string Name, int TypeId);

internal sealed record OcsfUser(string Uid);

internal sealed record OcsfApi(string Operation, OcsfRequest? Request);

internal sealed record OcsfRequest(string Uid);

internal sealed record OcsfEndpoint(string Uid);

internal sealed record OcsfResource(string Uid, string Type);
