using System.Globalization;

namespace XdpAudit.Server;

/// <summary>Plugins for people.</summary>
internal static class PluginWords
{
    internal static void Report(PluginReport report, AllowEntry? approved)
    {
        if (report.Manifest is { } manifest)
        {
            Terminal.Say($"{manifest.Id} {manifest.Version}, {manifest.Kind}: {manifest.Description}");
            Terminal.Say($"  owner     {(manifest.Owner.Length > 0 ? manifest.Owner : "not named")}");
            Terminal.Say($"  contract  {manifest.Contract}");
            Terminal.Say($"  runs      {(report.Isolation == PluginIsolation.Process ? "in a process of its own" : "inside the auditor")}");
            Terminal.Say($"  asks for  {(manifest.LinuxCapabilities.Count > 0 ? string.Join(", ", manifest.LinuxCapabilities) : "no capabilities")}");
        }

        Terminal.Say($"  folder    {report.Path}");
        Terminal.Say($"  sha256    {(report.Sha256.Length > 0 ? report.Sha256 : "not all of it could be read")}");
        foreach (var file in report.Files)
        {
            Terminal.Say(string.Create(CultureInfo.InvariantCulture, $"  {file.Change,-8}  {file.Name}  {file.Bytes} bytes"));
        }

        foreach (var assembly in report.Assemblies)
        {
            Terminal.Say($"  {assembly.Name} {assembly.Version} needs {(assembly.References.Count > 0 ? string.Join(", ", assembly.References) : "nothing")}");
            if (assembly.Native.Count > 0)
            {
                Terminal.Say($"  {assembly.Name} calls native code of {string.Join(", ", assembly.Native)}");
            }
        }

        if (approved is not null)
        {
            Terminal.Say($"  approved  {approved.Version} by {approved.ApprovedBy} at {approved.ApprovedAt:u}{(approved.Reason is { } reason ? $": {reason}" : "")}");
        }

        foreach (var warning in report.Warnings)
        {
            Terminal.Say($"  note      {warning.File}: {warning.What}: {warning.Why}");
        }

        foreach (var refusal in report.Refusals)
        {
            Terminal.Say($"  {refusal.Code}: {refusal.Why}");
            Terminal.Say($"    next: {refusal.Remedy}");
        }

        foreach (var promise in report.Promises ?? [])
        {
            Terminal.Say($"  {(promise.Broken is null ? "kept  " : "BROKEN")}    {promise.Promise}");
            if (promise.Broken is { } how)
            {
                Terminal.Say($"            {how}");
            }
        }

        if (report.Promises is { } promises)
        {
            Terminal.Say(promises.Count == 0
                ? $"  nothing was tried: a sink says in {SinkTrial.FileName} how it can be (docs/plugins.md), and its author's tests derive SinkConformanceTests"
                : $"  {promises.Count(p => p.Broken is null)} of {promises.Count} promises are kept");
        }

        Terminal.Say(report.Refusals.Count == 0 ? "  all checks pass" : $"  {report.Refusals.Count} check{(report.Refusals.Count == 1 ? "" : "s")} failed: it would be refused with {report.Refusals[0].Code}");
    }

    internal static void List(IReadOnlyList<PluginView> plugins)
    {
        var id = plugins.Select(p => p.Id.Length).Append(2).Max();
        Terminal.Say($"{"ID".PadRight(id)}  STATE     KIND      ISOLATION   VERSION  APPROVED BY");
        foreach (var plugin in plugins)
        {
            Terminal.Say($"{plugin.Id.PadRight(id)}  {plugin.State,-8}  {plugin.Kind,-8}  {plugin.Isolation,-10}  {plugin.Version,-7}  {plugin.ApprovedBy}");
            if (plugin.Code is not null && plugin.Why is { } why)
            {
                Terminal.Say($"  {plugin.Code} {why}");
                Terminal.Say($"  next: {plugin.Remedy}");
            }
        }
    }
}
