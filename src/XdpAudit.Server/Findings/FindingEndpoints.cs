namespace XdpAudit.Server;

/// <summary>Findings over the API.</summary>
internal static class FindingEndpoints
{
    internal static void Map(WebApplication web, Auditor auditor, Past past)
    {
        web.MapGet(Routes.Findings, async (string? status, string? rule, string? at, CancellationToken cancellation) =>
        {
            IReadOnlyList<FindingView> views =
            [
                .. (await FindingsAsync(auditor, past, at, status is "all" or FindingStates.Resolved, cancellation))
                    .Where(f => status switch { "all" => true, null => f.Status is not (FindingStates.Resolved or FindingStates.Suppressed), _ => f.Status == status })
                    .Where(f => rule is null || f.Rule == rule),
            ];
            return views;
        });
        web.MapGet(Routes.Finding, (string? id, string? at, CancellationToken cancellation) => OneAsync(auditor, past, id ?? "", at, cancellation));
        web.MapGet(Routes.FindingHistory, async (string? id, CancellationToken cancellation) =>
            await past.HistoryAsync($"{FindingEvent.Kind}/{(await OneAsync(auditor, past, id ?? "", null, cancellation)).Id}", cancellation));
        web.MapPost(Routes.FindingAcknowledge, (string? id, TriageRequest request, HttpContext context) =>
            auditor.AcknowledgeAsync(id ?? "", request, Access.Operator(context), context.RequestAborted));
        web.MapPost(Routes.FindingSuppress, (string? id, TriageRequest request, HttpContext context) =>
            auditor.SuppressAsync(id ?? "", request, Access.Operator(context), context.RequestAborted));
    }

    private static async Task<IReadOnlyList<FindingView>> FindingsAsync(
        Auditor auditor, Past past, string? at, bool resolved, CancellationToken cancellation, SubjectFilter? only = null)
    {
        if (!string.IsNullOrEmpty(at))
        {
            return [.. (resolved ? await past.AllAtAsync<FindingState>(FindingEvent.Kind, at, cancellation, only) : await past.FindingsAtAsync(at, cancellation)).Select(View)];
        }

        var now = auditor.Findings();
        var known = now.ToDictionary(f => f.Id);
        return !resolved ? now :
            [.. (await past.AllAsync<FindingState>(FindingEvent.Kind, cancellation, only)).Select(f => known.GetValueOrDefault(f.Id) ?? View(f))];
    }

    private static FindingView View(FindingState finding) => FindingViews.Of(finding, null, finding.Ended?.Occurred.Latest() ?? finding.LastSeen);

    private static async Task<FindingView> OneAsync(Auditor auditor, Past past, string id, string? at, CancellationToken cancellation)
    {
        var fitting = (await FindingsAsync(auditor, past, at, true, cancellation, new(KeyPart: $"{FindingEvent.Kind}/{id}"))).Where(f => f.Id.Value.StartsWith(id, StringComparison.Ordinal)).ToList();
        return fitting.Count switch
        {
            1 => fitting[0],
            0 => throw Refusals.NotFound(id, "finding", []),
            _ => throw Refusals.Ambiguous(id, "finding", [.. fitting.Select(f => $"{f.Id} {f.Rule} {f.Subject.Name}")]),
        };
    }
}
