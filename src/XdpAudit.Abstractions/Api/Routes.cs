namespace XdpAudit.Abstractions;

/// <summary>
/// The routes of the local API. Times are ISO 8601 UTC; <c>at</c> is a time, or <c>position:N</c> for a place in the host's journal.
/// Selectors: a kernel id, <c>name:X</c>, <c>tag:X</c>, <c>pin:PATH</c> or a key, URL-escaped in the query, never in the path.
/// Errors are <see cref="Problem"/>.
/// </summary>
public static class Routes
{
    /// <summary>GET: <see cref="StatusView"/>.</summary>
    public const string Status = "/v1/status";

    /// <summary>GET ?at: <see cref="HostView"/>.</summary>
    public const string State = "/v1/state";

    /// <summary>GET ?from&amp;to: <see cref="DiffView"/>.</summary>
    public const string Diff = "/v1/diff";

    /// <summary>GET ?at&amp;state&amp;all: list of <see cref="ProgramView"/>; <c>all=true</c> adds those that have ended.</summary>
    public const string Programs = "/v1/programs";

    /// <summary>GET ?select&amp;at: one <see cref="ProgramView"/>, also one that has ended.</summary>
    public const string Program = "/v1/program";

    /// <summary>GET ?select: list of <see cref="HistoryEntry"/>, oldest first.</summary>
    public const string ProgramHistory = "/v1/program/history";

    /// <summary>GET ?select&amp;at: list of <see cref="HolderView"/>.</summary>
    public const string ProgramHolders = "/v1/program/holders";

    /// <summary>GET ?at&amp;all: list of <see cref="LinkView"/>.</summary>
    public const string Links = "/v1/links";

    /// <summary>GET ?select&amp;at: one <see cref="LinkView"/>.</summary>
    public const string Link = "/v1/link";

    /// <summary>GET ?select: list of <see cref="HistoryEntry"/>.</summary>
    public const string LinkHistory = "/v1/link/history";

    /// <summary>GET ?at: list of <see cref="AttachmentView"/>.</summary>
    public const string Attachments = "/v1/attachments";

    /// <summary>GET ?at&amp;all: list of <see cref="MapView"/>.</summary>
    public const string Maps = "/v1/maps";

    /// <summary>GET ?name&amp;netns: list of <see cref="HistoryEntry"/> of all attach points that had the name.</summary>
    public const string InterfaceHistory = "/v1/interface/history";

    /// <summary>GET ?status&amp;rule&amp;at: list of <see cref="FindingView"/>; without status all but resolved and suppressed ones, <c>status=all</c> for all.</summary>
    public const string Findings = "/v1/findings";

    /// <summary>GET ?id&amp;at: one <see cref="FindingView"/>; the first characters of an id suffice when they fit one.</summary>
    public const string Finding = "/v1/finding";

    /// <summary>GET ?id: list of <see cref="HistoryEntry"/> of the server's journal: what was found, opened, acknowledged and resolved, by whom.</summary>
    public const string FindingHistory = "/v1/finding/history";

    /// <summary>POST ?id <see cref="TriageRequest"/>: <see cref="FindingView"/>.</summary>
    public const string FindingAcknowledge = "/v1/finding/acknowledge";

    /// <summary>POST ?id <see cref="TriageRequest"/>: <see cref="FindingView"/>.</summary>
    public const string FindingSuppress = "/v1/finding/suppress";

    /// <summary>GET ?at: list of <see cref="OperationView"/>, newest first. POST <see cref="OperationRequest"/>: <see cref="OperationView"/> once verified.</summary>
    public const string Operations = "/v1/operations";

    /// <summary>GET ?id&amp;at: one <see cref="OperationView"/>; a part of an id suffices when it fits one.</summary>
    public const string Operation = "/v1/operation";

    /// <summary>GET ?since&amp;program&amp;after&amp;limit&amp;journal: list of <see cref="HistoryEntry"/>, oldest first, 500 at most; <c>after</c> is a position.</summary>
    public const string Events = "/v1/events";

    /// <summary>GET ?after&amp;program&amp;journal: server-sent events; first <c>hello</c> with the position, then <c>event</c> with a <see cref="HistoryEntry"/>, and <c>heartbeat</c>.</summary>
    public const string EventStream = "/v1/events/stream";

    /// <summary>POST: <see cref="ReconcileView"/>.</summary>
    public const string Reconcile = "/v1/reconcile";

    /// <summary>GET: list of <see cref="PluginView"/>.</summary>
    public const string Plugins = "/v1/plugins";

    /// <summary>GET ?id: one <see cref="PluginView"/>.</summary>
    public const string Plugin = "/v1/plugin";

    /// <summary>GET: <see cref="DoctorView"/>.</summary>
    public const string Doctor = "/v1/doctor";
}
