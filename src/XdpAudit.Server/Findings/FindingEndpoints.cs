namespace XdpAudit.Server;

/// <summary>Findings over the API.</summary>
internal static class FindingEndpoints
{
    internal static void Map(WebApplication web, Auditor auditor, Past past)
    {
        web.MapGet(Routes.Findings, async (string? status, string? rule, CancellationToken cancellation) =>
        {
            IEnumerable<FindingView> findings = auditor.Findings();
            if (status is "all" or FindingStates.Resolved)
            {
                var known = auditor.Findings().ToDictionary(f => f.Id);
                findings = (await past.AllAsync<FindingState>(FindingEvent.Kind, cancellation))
                    .Select(f => known.GetValueOrDefault(f.Id) ?? FindingViews.Of(f, null, f.Ended?.Occurred.Latest() ?? f.LastSeen));
            }

            IReadOnlyList<FindingView> views =
            [
                .. findings
                    .Where(f => status switch { "all" => true, null => f.Status is not (FindingStates.Resolved or FindingStates.Suppressed), _ => f.Status == status })
                    .Where(f => rule is null || f.Rule == rule),
            ];
            return views;
        });
        web.MapGet(Routes.Finding, (string? id) => auditor.Finding(id ?? ""));
        web.MapPost(Routes.FindingAcknowledge, (string? id, TriageRequest request, HttpContext context) =>
            auditor.AcknowledgeAsync(id ?? "", request, Access.Operator(context), context.RequestAborted));
        web.MapPost(Routes.FindingSuppress, (string? id, TriageRequest request, HttpContext context) =>
            auditor.SuppressAsync(id ?? "", request, Access.Operator(context), context.RequestAborted));
    }
}
