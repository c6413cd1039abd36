using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>What stays invisible: what follows from the tiers and hooks that are not live.</summary>
internal static class Visibility
{
    internal static IReadOnlyList<string> Missing(IReadOnlyList<SensorTier> tiers)
    {
        var (perf, tracing, function, files) = (Live(SensorTiers.Perf), Live(SensorTiers.Tracing), Live(SensorTiers.Function), Live(SensorTiers.Files));
        var missing = new List<string>();
        Add(!perf && !tracing && !function, "loads and unloads of programs");
        Add(!perf && !function && tracing, "loads from inside the kernel (light skeletons), and all unloads");
        Add(!tracing, "who loaded a program, when the process had ended before the drain");
        Add(!tracing, "loads that the kernel refused");
        Add(!tracing && !function, "links that are created, updated and detached");
        Add(!tracing && !function, "programs that are set and removed by rtnetlink");
        Add(!tracing && !function, "objects that are pinned");
        Add(!tracing, "descriptors that are closed, and the ends of processes that held objects");
        Add(!function, "the moment a link is freed, and a link that becomes defunct because its interface or network namespace goes");
        Add(!function && !files, "pins that are removed");
        Add(!function && files, "pins that are removed from a bpffs outside the auditor's mount namespace");
        missing.AddRange(tiers.Where(t => t.State == SensorStates.Live)
            .SelectMany(t => t.Hooks.Where(h => h.State != SensorStates.Live).Select(h => $"what only hook '{h.Name}' of tier '{t.Name}' tells: it is {h.State}, {h.Why}")));
        return missing;

        bool Live(string name) => tiers.Any(t => t.Name == name && t.State == SensorStates.Live);

        void Add(bool when, string sentence)
        {
            if (when)
            {
                missing.Add(sentence);
            }
        }
    }
}
