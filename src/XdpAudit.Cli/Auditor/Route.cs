using System.Text;

namespace XdpAudit.Cli;

/// <summary>Puts a query to a route.</summary>
internal static class Route
{
    /// <summary>Members without a value are left out; values are URL-escaped.</summary>
    internal static string With(string route, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var result = new StringBuilder(route);
        var mark = '?';
        foreach (var (name, value) in query)
        {
            if (value is not null)
            {
                result.Append(mark).Append(name).Append('=').Append(Uri.EscapeDataString(value));
                mark = '&';
            }
        }

        return result.ToString();
    }
}
