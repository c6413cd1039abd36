using System.Globalization;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>Operations for people.</summary>
internal static class OperationRenderer
{
    internal static void List(IReadOnlyList<OperationView> operations, Page page) => page.Table(
        ["ID", "KIND", "STATE", "REQUESTED", "BY", "EXECUTOR", "TARGET"],
        operations.Select(o => new Cell[]
        {
            o.Id.Value, o.Kind, Cell.State(o.State), page.Age(o.RequestedAt), ProcessText.Short(o.RequestedBy), o.Executor, o.Target,
        }));

    internal static void Show(OperationView operation, Page page)
    {
        page.Line($"operation {operation.Id}: ", Cell.State(operation.State));
        page.Member("kind", operation.Kind);
        page.Member("target", operation.Target);
        page.Member("requested", page.When(operation.RequestedAt));
        page.Member("by", ProcessText.Long(operation.RequestedBy));
        page.Member("reason", operation.Reason ?? "");
        page.Member("executor", operation.Executor);
        page.Member("program", Join(operation.ProgramId?.ToString(), operation.Program?.Value));
        page.Member("link", operation.LinkId?.ToString() ?? "");
        page.Member("attach point", operation.AttachPoint?.Value ?? "");
        page.Member("pin", operation.Pin?.Value ?? "");
        page.Member("verification", operation.Verification ?? "");
        page.Member("warnings", operation.Warnings.Select(w => (Cell)w));
        page.Member("events", ProgramRenderer.Positions(operation.FirstPosition, operation.LastPosition));
        if (operation.Error is { } error)
        {
            page.Member("error", error.Message);
            Details(operation.Id, error, page);
        }
    }

    /// <summary>The answer to a command that was carried out: one line, and what to use next.</summary>
    internal static void Done(OperationView operation, Page page)
    {
        page.Line($"{operation.Kind} {operation.Target}: ", Cell.State(operation.State));
        page.Member("program", operation.ProgramId?.ToString() ?? "");
        page.Member("link", operation.LinkId?.ToString() ?? "");
        page.Member("pin", operation.Pin?.Value ?? "");
        page.Member("verification", operation.Verification ?? "");
        page.Member("operation", operation.Id.Value);
    }

    /// <summary>What an error says of its operation, under the error's own words.</summary>
    internal static void Failure(OperationView operation, string told, Page page)
    {
        page.Member("operation", $"{operation.Id}, {operation.State}");
        if (operation.Error is { } error)
        {
            if (!told.Contains(error.Message, StringComparison.Ordinal))
            {
                page.Member("error", error.Message);
            }

            Details(operation.Id, error, page);
        }
    }

    private static void Details(OperationId id, ExecutorError error, Page page)
    {
        page.Member("call", Join(error.Function, error.ErrnoName ?? (error.Errno is { } n ? string.Create(CultureInfo.InvariantCulture, $"errno {n}") : null)));
        page.Member("kernel says", error.ExtAck ?? "");
        if (error.VerifierLog is not { } log)
        {
            return;
        }

        var (lines, omitted) = VerifierLog.Cut(log.Text);
        page.Member("verifier", [.. lines.Select(l => new Cell(l.Replace('\t', ' '))), new(VerifierLog.Omission(omitted), Tone.Faint)]);
        page.Member(
            "verifier log",
            string.Create(CultureInfo.InvariantCulture, $"{log.FullLength} bytes, sha256 {log.Sha256}{(log.Truncated ? ", kept in part" : "")}"),
            $"whole: xdpaudit operation show {id} -o json");
    }

    private static string Join(string? one, string? other) => string.Join(' ', new[] { one, other }.Where(t => !string.IsNullOrEmpty(t)));
}
