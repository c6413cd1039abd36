namespace XdpAudit.Server;

/// <summary>Writes errors as <c>application/problem+json</c> (RFC 9457).</summary>
internal static class Problems
{
    internal static Task WriteAsync(HttpContext context, Problem problem)
    {
        context.Response.StatusCode = problem.Status;
        return context.Response.WriteAsJsonAsync(problem, ApiJson.Default.Problem, "application/problem+json", context.RequestAborted);
    }
}
