using System.CommandLine;
using System.Text.Json;
using XdpAudit.Kernel;
using XdpAudit.Store;

namespace XdpAudit.Server;

/// <summary>Checks what the auditor needs of its machine, with or without an auditor that runs.</summary>
internal static class Doctor
{
    internal static async Task<DoctorView> ExamineAsync(UpOptions? options, Auditor? auditor, PluginSet? plugins, CancellationToken cancellation)
    {
        var host = HostChecks.Run();
        var rights = host.All(c => c.Name != HostChecks.RightsCheck || c.Ok);
        List<DoctorCheck> checks = [.. host.Select(c => Check(c, rights))];
        if (auditor is null)
        {
            checks.Add(new("auditor", "failed", $"does not answer at {UpOptions.DefaultSocket}", "start it: xdpaudit up"));
            checks.Add(PostgresBinaries.Installed() is { } binaries
                ? new("postgresql", "ok", binaries, null)
                : new("postgresql", "failed", "no server binaries are installed", "apt-get install postgresql, or name a server with --postgres"));
        }
        else
        {
            checks.Add(new("auditor", "ok", $"process {Environment.ProcessId} at {options?.Socket}", null));
            checks.Add(auditor.Trouble is { } trouble
                ? new("journal", "failed", trouble, "see the cluster's log in the data directory, and its free space")
                : new("journal", "ok", $"host at position {auditor.Known.Position}, server at {auditor.ServerPosition}", null));
            checks.AddRange(plugins!.Views.Select(p => p.State is "active" or "disabled"
                ? new DoctorCheck($"plugin {p.Id}", "ok", p.State, null)
                : new DoctorCheck($"plugin {p.Id}", "failed", $"{p.State}: {(p.Code is { } code ? $"{code} " : "")}{p.Why}", p.Remedy ?? "see xdpaudit events")));
            foreach (var (id, executor) in plugins.Executors.OrderBy(e => e.Key, StringComparer.Ordinal))
            {
                checks.AddRange(await ExecutorChecks.OfAsync(id, executor, cancellation));
            }

            checks.AddRange(auditor.Sensors.SelectMany(s => s.Value.Tiers, Tier));
            checks.AddRange(auditor.Sensors.SelectMany(s => s.Value.Invisible, (s, words) => new DoctorCheck($"{s.Key} does not see", "note", words, "docs/threat-model.md tells what follows")));
            checks.AddRange(auditor.Sinks.SelectMany(s => SinkChecks.Of(s.Key, s.Value)));
            checks.AddRange(Coverage(auditor));
        }

        return new(checks.All(c => c.State != "failed"), checks);
    }

    // Without the host's bpffs operations pin in one of our own, where we may mount one: worth knowing, no fault.
    private static DoctorCheck Check(HostCheck check, bool rights) => check.Name == HostChecks.BpffsCheck && !check.Ok && rights
        ? new(check.Name, "note", $"{check.Found}; operations pin in a bpffs of the auditor's own, or where --bpffs says", null)
        : new(check.Name, check.Ok ? "ok" : "failed", check.Found, check.Remedy);

    private static DoctorCheck Tier(KeyValuePair<string, SensorStatus> sensor, SensorTier tier)
    {
        var mute = tier.Hooks.Where(h => h.State != SensorStates.Live).Select(h => $"{h.Name} is {h.State}{(h.Why.Length > 0 ? $" ({h.Why})" : "")}").ToList();
        return tier.State == SensorStates.Live && mute.Count == 0
            ? new($"{sensor.Key} {tier.Name}", "ok", $"live: {string.Join(", ", tier.Hooks.Select(h => h.Name))}", null)
            : new($"{sensor.Key} {tier.Name}", "note", tier.State == SensorStates.Live ? $"live, but {string.Join("; ", mute)}" : $"{tier.State}: {tier.Why}", "docs/kernels.md tells where it is live");
    }

    private static IEnumerable<DoctorCheck> Coverage(Auditor auditor) =>
        auditor.LastLook is not { } look ? [] : look.Coverage.Parts().Select(p => p.Part.Complete
            ? new DoctorCheck($"sees {p.Name}", "ok", $"by {p.Part.Method}", null)
            : new DoctorCheck($"sees {p.Name}", "note", string.Join("; ", p.Part.Gaps.Take(3).Select(g => $"{g.What}: {g.Why}")), "docs/permissions.md tells what each part needs"));
}

/// <summary><c>doctor</c> without an auditor that runs.</summary>
internal static class DoctorCommand
{
    internal static Command Make()
    {
        var output = new Option<string>("-o", "--output") { DefaultValueFactory = _ => "table" };
        var command = new Command("doctor", "check what the auditor needs of this machine") { output };
        command.SetAction(async (parsed, cancellation) =>
        {
            var view = await Doctor.ExamineAsync(null, null, null, cancellation);
            if (parsed.GetValue(output) is "json" or "jsonl")
            {
                Terminal.Say(JsonSerializer.Serialize(view, ApiJson.Default.DoctorView));
            }
            else
            {
                foreach (var check in view.Checks)
                {
                    Terminal.Say($"{check.State,-7} {check.Name}: {check.Found}");
                    if (check.Remedy is { } remedy && check.State != "ok")
                    {
                        Terminal.Say($"        next: {remedy}");
                    }
                }
            }

            return view.Ok ? ExitCode.Done : ExitCode.Found;
        });
        return command;
    }
}
