namespace XdpAudit.Server;

/// <summary>Writes errors as <c>application/problem+json</c> (RFC 9457).</summary>
internal static class Problems
{
    /// <summary>What to say of an answer that nobody has written; null when it needs no words or has some.</summary>
    internal static Problem? Of(HttpContext context)
    {
        var (request, answer) = (context.Request, context.Response);
        return answer.HasStarted || answer.StatusCode < 400 || answer.ContentLength is not null ? null : answer.StatusCode switch
        {
            404 => new() { Code = ProblemCode.NotFound, Status = 404, Title = $"there is no route '{request.Method} {request.Path}'", Remedy = "the auditor may be older than what asks it: compare xdpaudit status with xdpaudit --version" },
            405 => new() { Code = ProblemCode.Usage, Status = 405, Title = $"'{request.Path}' does not take {request.Method}", Remedy = $"it takes {answer.Headers.Allow}" },
            415 => new() { Code = ProblemCode.Usage, Status = 415, Title = "cannot read the body: it is not application/json", Remedy = "send JSON, with its content type" },
            var other => new() { Code = ProblemCode.Usage, Status = other, Title = $"'{request.Method} {request.Path}' was refused with HTTP status {other}" },
        };
    }

    /// <summary>A request that could not be read.</summary>
    internal static Problem Of(BadHttpRequestException bad) => new()
    {
        Code = ProblemCode.Usage,
        Status = bad.StatusCode,
        Title = bad switch
        {
            { InnerException: System.Text.Json.JsonException json } => $"cannot read the body as JSON: {json.Message.TrimEnd('.')}",
            { StatusCode: 400 } when bad.Message.Contains("body", StringComparison.Ordinal) => "cannot read the body as JSON: there is none",
            _ => $"cannot read the request: {bad.Message.TrimEnd('.')}",
        },
    };

    internal static Task WriteAsync(HttpContext context, Problem problem)
    {
        context.Response.StatusCode = problem.Status;
        return context.Response.WriteAsJsonAsync(problem, ApiJson.Default.Problem, "application/problem+json", context.RequestAborted);
    }
}
