using System.Globalization;
using System.Text;
using XdpAudit.Abstractions;

namespace Company.Plugin;

/// <summary>
/// Names what is wrong with a host: here, programs that run in the stack where a driver could run them. A pure function: no kernel, no clock, no
/// files. That nothing opens on one look alone, or before the grace period, is the auditor's duty.
/// </summary>
public sealed class Detector(string id) : ILeakDetector
{
    private const string Generic = "attachment-generic";

    // What must have been seen to the end before anything is concluded.
    private static readonly string[] Needs = ["namespaces", "attachments"];

    /// <inheritdoc/>
    public string Id => id;

    /// <inheritdoc/>
    public IReadOnlyList<string> Rules => [Generic];

    /// <inheritdoc/>
    public IReadOnlyList<LeakCandidate> Detect(DetectorInput input) =>
    [
        .. input.Host.Attachments.Where(attachment => attachment.Mode == XdpMode.Generic).Select(attachment => new LeakCandidate
        {
            // Rule and subject are the finding's identity: the same trouble must come under the same ones.
            Rule = Generic,
            Subject = new("attach-point", attachment.AttachPoint.Value, null, attachment.IfName),
            Severity = "low",
            Since = attachment.Since,
            Summary = $"program {attachment.ProgramId} runs in the stack at '{Shown(attachment.IfName)}': every packet has been copied before it is looked at",
            Cost = new(null, 1),
            Evidence = attachment.FirstPosition > 0 ? [attachment.FirstPosition] : [],
            Remedy = [new("see whether the driver can run it", "bpftool net show", "plain"), new("look again", "xdpaudit reconcile", "xdpaudit")],
            Needs = Needs,
        }),
    ];

    /// <summary>A name may hold anything a stranger likes: what would move a cursor is written as its number.</summary>
    private static string Shown(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            _ = char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                ? text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")
                : text.Append(c);
        }

        return text.ToString();
    }
}
