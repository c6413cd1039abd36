namespace XdpAudit.Server;

/// <summary>Programs over the API.</summary>
internal static class ProgramEndpoints
{
    internal static void Map(WebApplication web, Past past)
    {
        web.MapGet(Routes.Programs, async (string? at, string? state, bool? all, CancellationToken cancellation) =>
        {
            var (host, _) = await past.StateAsync(at, cancellation);
            IEnumerable<ProgramState> programs = host.Programs.Values.Where(p => p.Ended is null);
            if (all == true && at is null)
            {
                programs = await past.AllAsync<ProgramState>(ProgramKey.Kind, cancellation);
            }

            IReadOnlyList<ProgramView> views =
            [
                .. programs.OrderBy(p => p.Facts.LoadedAt).ThenBy(p => p.Facts.Key.Id.Value)
                    .Select(p => ProgramViews.Of(p, host, past.Auditor))
                    .Where(p => state is null || p.State == state),
            ];
            return views;
        });
        web.MapGet(Routes.Program, async (string? select, string? at, CancellationToken cancellation) =>
        {
            var (host, _) = await past.StateAsync(at, cancellation);
            return ProgramViews.Of(await SelectAsync(past, select, at, cancellation), host, past.Auditor);
        });
        web.MapGet(Routes.ProgramHistory, async (string? select, CancellationToken cancellation) =>
            await past.HistoryAsync((await SelectAsync(past, select, null, cancellation)).Facts.Key.Value, cancellation));
        web.MapGet(Routes.ProgramHolders, async (string? select, string? at, CancellationToken cancellation) =>
        {
            var (host, _) = await past.StateAsync(at, cancellation);
            return ProgramViews.Of(await SelectAsync(past, select, at, cancellation), host, past.Auditor).Holders;
        });
    }

    internal static Task<ProgramState> SelectAsync(Past past, string? select, string? at, CancellationToken cancellation) => past.SelectAsync<ProgramState>(
        select, "program", ProgramKey.Kind, at, h => h.Programs.Values, (s, p) => s.Fits(p), Selection.Words, p => p.Facts.Name, cancellation);
}
