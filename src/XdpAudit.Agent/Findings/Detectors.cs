using Microsoft.Extensions.Logging;

namespace XdpAudit.Agent;

/// <summary>Asks the detectors. One that throws is switched off, and said to be; the others, and the watching, go on.</summary>
internal sealed class Detectors(IReadOnlyList<(string Plugin, ILeakDetector Detector)> detectors, ILogger logger)
{
    private IReadOnlyList<(string Plugin, ILeakDetector Detector)> _asked = detectors;

    internal (IReadOnlyList<Detection> Answers, IReadOnlyList<PluginFaulted> Faults) Ask(DetectorInput input)
    {
        var answers = new List<Detection>();
        var faults = new List<PluginFaulted>();
        foreach (var (plugin, detector) in _asked)
        {
            try
            {
                answers.Add(new(detector.Id, detector.Rules, detector.Detect(input)));
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
