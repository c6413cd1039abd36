using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Findings;

/// <summary>Names of the parts of <see cref="Coverage"/>, as <see cref="Coverage.Parts"/> gives them.</summary>
internal static class Parts
{
    internal const string Programs = "programs";
    internal const string Links = "links";
    internal const string Maps = "maps";
    internal const string Namespaces = "namespaces";
    internal const string Attachments = "attachments";
    internal const string Pins = "pins";
    internal const string Holders = "holders";
}
