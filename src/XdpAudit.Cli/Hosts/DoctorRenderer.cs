using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>Checks for people.</summary>
internal static class DoctorRenderer
{
    internal static void Show(DoctorView doctor, Page page)
    {
        var name = doctor.Checks.Count == 0 ? 0 : doctor.Checks.Max(c => Printable.Line(c.Name).Length);
        foreach (var check in doctor.Checks)
        {
            page.Row([Cell.State(check.State), check.Name, check.Found], [6, name, 0]);
            if (check.Remedy is { } remedy)
            {
                page.Line($"        next: {remedy}");
            }
        }
    }
}
