namespace XdpAudit.Conformance.Tests;

/// <summary>Which promises of a suite a plugin breaks.</summary>
internal static class Broken
{
    internal static async Task<IReadOnlyList<string>> Of<TSuite>(Func<TSuite> suite)
        where TSuite : class
    {
        var broken = new List<string>();
        foreach (var promise in Promises.Of<TSuite>())
        {
            try
            {
                await Promises.KeepAsync(suite(), promise);
            }
            catch (ConformanceException)
            {
                broken.Add(promise);
            }
        }

        return broken;
    }
}
