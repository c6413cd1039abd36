namespace XdpAudit.Server;

/// <summary>Links over the API.</summary>
internal static class LinkEndpoints
{
    internal static void Map(WebApplication web, Past past)
    {
        web.MapGet(Routes.Links, async (string? at, bool? all, CancellationToken cancellation) =>
        {
            var (host, _) = await past.StateAsync(at, cancellation);
            IEnumerable<LinkState> links = host.Links.Values.Where(l => l.Ended is null);
            if (all == true && at is null)
            {
                links = await past.AllAsync<LinkState>(LinkKey.Kind, cancellation);
            }

            IReadOnlyList<LinkView> views = [.. links.OrderBy(l => l.FirstPosition).Select(l => LinkViews.Of(l, host, past.Auditor))];
            return views;
        });
        web.MapGet(Routes.Link, async (string? select, string? at, CancellationToken cancellation) =>
        {
            var (host, _) = await past.StateAsync(at, cancellation);
            return LinkViews.Of(await SelectAsync(past, select, at, cancellation), host, past.Auditor);
        });
        web.MapGet(Routes.LinkHistory, async (string? select, CancellationToken cancellation) =>
            await past.HistoryAsync((await SelectAsync(past, select, null, cancellation)).Key.Value, cancellation));
    }

    private static Task<LinkState> SelectAsync(Past past, string? select, string? at, CancellationToken cancellation) => past.SelectAsync<LinkState>(
        select, "link", LinkKey.Kind, at, h => h.Links.Values, (s, l) => s.Fits(l), Selection.Words, l => l.ProgramName, cancellation);
}
