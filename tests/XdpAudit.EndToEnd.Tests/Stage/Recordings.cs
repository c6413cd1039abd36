using System.Text.Json;
using System.Text.Json.Nodes;

namespace XdpAudit.EndToEnd.Tests;

/// <summary>
/// With <c>XDPAUDIT_RECORD=FOLDER</c>, what a rule was given of this host when a finding of it opened is kept there for the rules' own tests, one file for
/// each rule: the objects that came since the test began, the finding's subject and the auditor's pid.
/// </summary>
internal static class Recordings
{
    private static readonly string? _folder = Environment.GetEnvironmentVariable("XDPAUDIT_RECORD");

    private static readonly string _checkout = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../..")) + "/";

    internal static bool On => _folder is not null;

    internal static void Keep(FindingView finding, HostView host, long since, int auditor)
    {
        var path = $"{_folder}/{finding.Rule}.json";
        if (File.Exists(path))
        {
            return;
        }

        var kept = host with
        {
            Programs = [.. host.Programs.Where(p => p.FirstPosition > since)],
            Links = [.. host.Links.Where(l => l.FirstPosition > since)],
            Attachments = [.. host.Attachments.Where(a => a.FirstPosition > since)],
            Maps = [.. host.Maps.Where(m => m.FirstPosition > since)],
            Operations = [.. host.Operations.Where(o => o.FirstPosition > since)],
        };
        var recording = new JsonObject
        {
            ["rule"] = finding.Rule,
            ["subject"] = finding.Subject.Key,
            ["auditor_pid"] = auditor,
            ["host"] = JsonSerializer.SerializeToNode(kept, ApiJson.Default.HostView),
        };
        CutParents(recording);
        File.WriteAllText(path, recording.ToJsonString(new() { WriteIndented = true }).Replace(_checkout, "/srv/xdpaudit/", StringComparison.Ordinal) + "\n");
    }

    // Who ran the tests, and where, is nothing that a rule is asked about.
    private static void CutParents(JsonNode? node)
    {
        foreach (var below in node is JsonObject o ? o.Select(m => m.Value).ToList() : node is JsonArray a ? [.. a] : [])
        {
            CutParents(below);
        }

        if (node is JsonObject process && process["parents"] is JsonArray parents)
        {
            var ours = parents.Select(p => p!["pid"]!.GetValue<int>()).ToList().IndexOf(Environment.ProcessId);
            while (ours >= 0 && parents.Count > ours + 1)
            {
                parents.RemoveAt(parents.Count - 1);
            }
        }
    }
}
