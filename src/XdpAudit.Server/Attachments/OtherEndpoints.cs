namespace XdpAudit.Server;

/// <summary>Attachments, interfaces and maps over the API.</summary>
internal static class OtherEndpoints
{
    internal static void Map(WebApplication web, Past past)
    {
        web.MapGet(Routes.Attachments, async (string? at, CancellationToken cancellation) => (await past.ViewAsync(at, cancellation)).Attachments);
        web.MapGet(Routes.Maps, async (string? at, bool? all, CancellationToken cancellation) =>
        {
            var (host, _) = await past.StateAsync(at, cancellation);
            IEnumerable<MapState> maps = host.Maps.Values.Where(m => m.Ended is null);
            if (all == true && at is null)
            {
                maps = await past.AllAsync<MapState>(MapKey.Kind, cancellation);
            }

            IReadOnlyList<MapView> views = [.. maps.OrderBy(m => m.FirstPosition).Select(m => MapViews.Of(m, host, past.Auditor))];
            return views;
        });
        web.MapGet(Routes.InterfaceHistory, async (string? name, string? netns, CancellationToken cancellation) =>
        {
            var entries = new List<HistoryEntry>();
            foreach (var point in await past.AllAsync<AttachPointState>(AttachPointKey.Kind, cancellation))
            {
                if (netns is not null && point.Interface.NetnsName != netns && point.Key.Netns.ToString() != netns && $"cookie:{point.Key.Netns}" != netns)
                {
                    continue;
                }

                var history = await past.Reader.HistoryAsync(point.Key.Value, null, cancellation);
                if (point.Interface.Name == name || history.Any(e => e.Event is InterfaceRenamed renamed && renamed.OldName == name))
                {
                    entries.AddRange(history.Select(e => HistoryEntries.Of(e, "host")));
                }
            }

            IReadOnlyList<HistoryEntry> all = entries.Count > 0
                ? [.. entries.DistinctBy(e => e.Position).OrderBy(e => e.Position)]
                : throw Refusals.Of(ProblemCode.NotFound, 404, $"no attachment was ever recorded on an interface '{name}'", "only interfaces that had an attachment have a history");
            return all;
        });
    }
}
