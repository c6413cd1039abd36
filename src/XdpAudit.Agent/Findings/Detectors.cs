using Microsoft.Extensions.Logging;

namespace XdpAudit.Agent;

/// <summary>
/// Asks the detectors. One that throws, hangs or answers what cannot be is left out of this round. Inside the auditor it is switched off, and said to
/// be; in a process of its own it is its supervisor's. The others, and the watching, go on.
/// </summary>
internal sealed class Detectors(PluginSet plugins, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private IReadOnlyList<(string Plugin, ILeakDetector Detector)> _asked = plugins.Detectors;

    internal async Task<(IReadOnlyList<Detection> Answers, IReadOnlyList<PluginFaulted> Faults)> AskAsync(DetectorInput input)
    {
        var answers = new List<Detection>();
        var faults = new List<PluginFaulted>();
        foreach (var (plugin, detector) in _asked)
        {
            try
            {
                var source = plugins.Source(plugin);

                // One that never returns keeps its thread, and nothing else.
                var candidates = await Task.Run(() => detector.Detect(input)).WaitAsync(Deadline, time);
                if (Candidates.Wrong(candidates, detector.Rules) is { } wrong)
                {
                    throw new InvalidDataException(wrong);
                }

                answers.Add(new(detector.Id, detector.Rules, candidates) { Plugin = source });
            }
            catch (Exception cause) when (cause is PluginFaultException or PluginAwayException)
            {
                // Told already; what it would have said now, it says when it is back.
            }
#pragma warning disable CA1031 // whatever a plugin throws is its fault and must not end the watching
            catch (Exception cause)
#pragma warning restore CA1031
            {
                logger.PluginFailed(plugin, "judging", cause);
                faults.Add(new(plugin, "judging; it is switched off until the auditor starts again", $"{cause.GetType().Name}: {cause.Message}"));
                _asked = [.. _asked.Where(d => d.Detector != detector)];
            }
        }

        return (answers, faults);
    }
}
